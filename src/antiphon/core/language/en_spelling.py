"""English words that are written in several ways: British and American, old and new, short and long."""

from __future__ import annotations

_ENDINGS_OF_OUR = (
    "s|ed|ing|ings|ite|ites|itism|able|ably|ful|fully|less|some|hood|hoods|ly|liness|al|ally|y|ies|ism|ist|ists|"
    "er|ers|ant|ants|is\\w+|iz\\w+"
)
_ENDINGS_OF_LL = "ed|ing|ings|ingly|er|ers|or|ors|est|ous|ously|ist|ists|ity|is\\w+|iz\\w+"

SPELLING_RULES: tuple[tuple[str, str, str], ...] = (
    # "colour", "favourites", "neighbourhood"; with fewer letters before it another word ("hour", "four")
    ("our", rf"^(\w{{3,}})our({_ENDINGS_OF_OUR})?$", r"\1or\2"),
    # "organize", "realizing", "equalizer", "visualization"; not "prize", "size"
    ("iz", r"^(\w{3,})iz(e|ed|er|ers|es|ing|ingly|able|ably|ement|ation|ations|ational)$", r"\1is\2"),
    ("lyz", r"^(\w+)lyz(e|ed|er|ers|es|ing|able)$", r"\1lys\2"),  # "analyze"
    (
        "re",
        r"^(\w*)(cent|theat|met|lit|lust|spect|calib|fib|sab|somb|meag|goit|mit|scept)re(s?)$",
        r"\1\2er\3",
    ),
    ("re", r"^(cent|fib)re(fold|folds|piece|pieces|glass|board)$", r"\1er\2"),
    # "travelling", "cancelled", "jeweller", but not "refilling" ("refiling" is another word)
    ("ll", rf"^(?!\w*fill)(\w*[aeiou][^aeiou\W]*[aeiou])ll({_ENDINGS_OF_LL})$", r"\1l\2"),
    ("l", r"^(appa|disti|enthra|insti|insta|enro|fulfi)l(s|ment|ments)?$", r"\1ll\2"),
    ("ogu", r"^(\w+[lg]og)ue(?=s?$)", r"\1"),  # "catalogue"
    ("ogu", r"^(\w+[lg]og)u(?=ed$|ing$)", r"\1"),
    ("gramme", r"^(\w*gram)me(s?)$", r"\1\2"),  # "programme", "kilogramme"
    ("noeuvr", r"noeuvre(?=s?$)", "neuver"),
    ("noeuvr", r"noeuvr(?=ed$|ing|ab)", "neuver"),
    ("fence", "^(de|of)fence(s|less)?$", r"\1fense\2"),
    ("os", "^cos(y|ier|iest|ily|iness|ies)$", r"coz\1"),
    ("nexion", "nexion", "nection"),
    ("paed", "paed", "ped"),
    ("haem", "^haem", "hem"),
    ("aemi", "aemi", "emi"),
    ("anaesth", "anaesth", "anesth"),
    ("aesthet", "aesthet", "esthet"),
    ("palaeo", "palaeo", "paleo"),
    ("archaeo", "archaeo", "archeo"),
    ("gynaec", "gynaec", "gynec"),
    ("homoeo", "homoeo", "homeo"),
    ("oestr", "^oestr", "estr"),
    ("oesoph", "^oesoph", "esoph"),
    ("rrhoea", "rrhoea", "rrhea"),
    ("faec", "^faec", "fec"),
    ("foet", "^foet", "fet"),
    ("plough", "plough", "plow"),
    ("draught", "^draught", "draft"),
    ("grey", "^grey", "gray"),
    ("mould", "mould", "mold"),
    ("moult", "moult", "molt"),
    ("sceptic", "^sceptic", "skeptic"),
    ("sulph", "^sulph", "sulf"),
    ("enquir", "^enquir", "inquir"),
    ("chequer", "^chequer", "checker"),
    ("gaol", "^gaol", "jail"),
    ("syph", "^syphon", "siphon"),
    ("cypher", "^cypher", "cipher"),
    ("waggon", "^waggon", "wagon"),
)

_PAIRS = """
    acknowledgement:acknowledgment advisor:adviser aeon:eon aeons:eons aeroplane:airplane
    aeroplanes:airplanes afterwards:afterward ageing:aging almanack:almanac aluminium:aluminum amidst:amid
    amongst:among annexe:annex artefact:artifact artefacts:artifacts axe:ax bannister:banister
    bannisters:banisters barbeque:barbecue bbq:barbecue benefitted:benefited blonde:blond burnt:burned
    caesarean:cesarean calliper:caliper camomile:chamomile carburettor:carburetor catsup:ketchup
    centred:centered centring:centering cheque:check chequebook:checkbook chequebooks:checkbooks
    cheques:checks chilli:chili chillies:chilies despatch:dispatch dietician:dietitian disc:disk discs:disks
    doughnut:donut doughnuts:donuts dreamt:dreamed encyclopaedia:encyclopedia epaulette:epaulet fillet:filet
    fillets:filets focussed:focused focussing:focusing furore:furor glueing:gluing goodby:goodbye
    grannie:granny hallo:hello houmous:hummus hullo:hello humous:hummus jewellery:jewelry judgement:judgment
    kerb:curb kerbs:curbs kerbside:curbside kidnaped:kidnapped leant:leaned leapt:leaped learnt:learned
    licence:license licenced:licensed licences:licenses likeable:likable liquorice:licorice lite:light
    lites:lights louvre:louver louvres:louvers maths:math mediaeval:medieval misspelt:misspelled
    mollusc:mollusk moslem:muslim moustache:mustache moustaches:mustaches mum:mom mums:moms nite:night
    nites:nights nought:naught odour:odor odours:odors offence:offense omelette:omelet omelettes:omelets
    pedlar:peddler phoney:phony practise:practice practised:practiced practises:practices
    practising:practicing pretence:pretense pretences:pretenses pricy:pricey protestor:protester
    pyjama:pajama pyjamas:pajamas saleable:salable sheikh:sheik sizeable:sizable skilful:skillful
    smelt:smelled specialities:specialties speciality:specialty spelt:spelled spoilt:spoiled storey:story
    storeys:stories theatregoer:theatergoer tho:though thru:through til:until till:until titbit:tidbit
    titbits:tidbits tonite:tonight towards:toward tsar:czar tyre:tire tyres:tires whilst:while
    whisky:whiskey wilful:willful woollen:woolen woollens:woolens woolly:wooly worshiped:worshipped
    yoghourt:yogurt yoghourts:yogurts yoghurt:yogurt yoghurts:yogurts
"""

SPELLING: dict[str, str] = {one: other for one, _, other in (pair.partition(":") for pair in _PAIRS.split())}
"""A spelling and the one it is compared as."""
