"""English word classes, as far as they tell whether a turn may end here."""

from __future__ import annotations

from collections.abc import Mapping

from antiphon.core.language.data import words
from antiphon.core.language.en_ending_weights import BIAS, USUAL, WEIGHTS
from antiphon.core.language.endings import Endings, Want, WordClass

_CLASSES: Mapping[WordClass, str] = {
    "filler": "uh um uhm er erm hm hmm mm mhm",
    "courtesy": "please thanks thank cheers kindly",
    "answer": """
        both neither none yes no yeah yep yup nope nah ok okay sure correct exactly absolutely
        definitely certainly hello hi hey goodbye bye sorry well alright
    """,
    "to": "to",
    "like": "like",
    "determiner": "a an the every each my your his our their its whose either",
    "demonstrative": "this that these those such",
    "quantifier": "any some all many much several few more most enough less fewer another other others",
    "preposition": """
        of in from for with about at by into onto between during against without within through
        throughout toward towards via per near since until till under underneath above below behind
        beside besides than as around across along among amongst after before upon inside regarding
        concerning including despite except beyond
    """,
    "particle": "on off up down out over back away",
    "conjunction": """
        and or but nor if because while so then unless whether though although plus saying stating
        otherwise
    """,
    "question": "what who whom which when where why how",
    "be": """
        is are was were be been being am isn't aren't wasn't weren't i'm you're we're they're he's
        she's it's that's there's here's what's who's where's how's when's
    """,
    "do": "do does did don't doesn't didn't",
    "have": "have has had having haven't hasn't hadn't i've you've we've they've",
    "modal": """
        will would can could should shall may might must won't wouldn't can't couldn't shouldn't
        cannot gonna wanna gotta i'd i'll you'd you'll we'd we'll they'd they'll he'd he'll she'd
        she'll it'll let's not never
    """,
    "subject": "i we he she they",
    "object": "me him them us myself yourself himself herself themselves ourselves mine yours",
    "pronoun": "it you her there",
    "degree": "very maybe perhaps too really quite just only even pretty rather least almost nearly",
    "time": """
        today tomorrow tonight yesterday now later soon morning mornings afternoon evening evenings
        night noon midnight midday weekend weekends monday tuesday wednesday thursday friday
        saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays pm a.m p.m
        o'clock oclock daily weekly monthly yearly immediately ago already yet lately christmas
        easter
    """,
    "month": "january february march april june july august september october november december",
    "unit": """
        minute minutes hour hours day days week weeks month months year years second seconds degrees
        degree percent dollars dollar euros euro pounds pound cents miles mile kilometers kilometres
        meters metres feet inches kilos grams times celsius fahrenheit
    """,
    "number": """
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen half quarter dozen couple
    """,
    "tens": "twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion point",
    "ordinal": """
        first third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
        fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth
    """,
    "alone": """
        stop pause cancel continue resume repeat skip shuffle help wait quit exit reply mute unmute
        undo louder quieter
    """,
    "verb": """
        going set get give find tell make add remove delete send turn put take create remind need
        want know hear see buy bring let ask use keep save say write edit choose reserve arrange
        organize organise transfer track download install load launch run begin erase clear dim
        brighten adjust activate enable disable wake provide explain describe define calculate
        compute convert solve compare recommend suggest confirm verify forward respond notify inform
        alert invite meet visit watch try display pull purchase prepare cook brew clean wash fix
        discuss love hate prefer think believe wonder guess hope feel wish got speak talk locate
        lower raise increase decrease reduce move rename open close pick pay became become bought
        sold made took gave sent told said reschedule postpone schedule print pass hold throw teach
        learn study win lose beat build grow draw hang drop shut lock unlock
    """,
    "verb or noun": """
        list order book call email text message show play note record search check update report
        review post share rate name mail tweet plan drive ride walk rent charge cost answer start
        look listen change switch contact date drink cut sign score copy file phone question test
        rest
    """,
    "whole verb": """
        work go goes happen happens happened mean means rain rains snow arrive arrives leave leaves exist
        sleep come comes came works worked sound sounds die died live lives opens closes starts
        begins ends end finish playing doing raining snowing coming happening arrived started ended
        costs
    """,
    "adjective": """
        new next last latest recent upcoming current good best better nice big bigger biggest small
        large largest old oldest young favorite favourite red local nearest closest nearby hot cold
        warm cool high highest low lowest long longest short full main general special particular
        specific certain important different same own various popular top free fresh cheap cheaper
        cheapest expensive fast fastest slow loud quiet bright brighter dark darker black white
        green blue yellow pink purple orange brown grey gray italian chinese indian mexican american
        french german japanese british english spanish thai social breaking entire whole total
        average real public private personal electric electronic smart happy sad interesting funny
        great little following previous past future early earlier late available ready national
        international political medical easy hard difficult healthy famous bad worst strong weak
        heavy light-hearted left right double single extra additional
    """,
    "premodifier": """
        train bus plane flight car living dining bed bath credit stock exchange grocery shopping
        robot weather birthday lunch dinner breakfast business conference customer bank voice movie
        travel
    """,
    "place": "here outside home everywhere somewhere anywhere upstairs downstairs online abroad indoors",
    "closing": """
        again instead also anyway else together forever everything anything nothing something
        everyone anyone someone somebody anybody everybody asap correctly properly loudly
    """,
    "relational": """
        names price prices kind type sort status way lot lists definition meaning details detail
        temperature forecast distance directions address location information info word words song
        songs emails messages tickets reminder reminders alarm alarms meeting meetings event events
        appointment appointments recipe recipes population age value traffic movies restaurants
        restaurant difference description title history reason chance time number amount capital
        notification entry part side bottom middle version photo picture member president author
    """,
    "container": """
        calendar playlist inbox cart basket account folder agenda diary queue library collection bag
    """,
}

_WANTS = (
    Want("place", words("add put remove delete take move"), words("to from on off in into out")),
    Want("other end", words("between"), words("and")),
)

# Set by hand: the commands that the other weights are learned from have no marks. A full stop says little,
# as recognisers put one after each final.
_MARKS = {
    "?": 0.7,
    "!": 0.3,
    ".": 0.3,
    ",": -1.0,
    ":": -1.0,
    ";": -1.0,
    "-": -1.5,
    "–": -1.5,
    "—": -1.5,
    "…": -1.5,
}

ENGLISH = Endings(
    language="en",
    classes={word: name for name, text in _CLASSES.items() for word in text.split()},
    suffixes=(
        ("ing", "ing"),
        ("ed", "participle"),
        ("ly", "adverb"),
        ("'s", "possessive"),
        ("s'", "possessive"),
        ("ss", "noun"),
        ("s", "plural"),
    ),
    questions=words("what's who's where's how's when's"),
    after={
        "am": {"number": "time", "tens": "time"},
        "m": {"number": "time", "tens": "time"},
        "oh": {"number": "number", "tens": "number"},
        "second": {"determiner": "ordinal", "tens": "ordinal", "possessive": "ordinal"},
        "may": {"ordinal": "month", "preposition": "month"},
        "work": {"preposition": "noun"},
        "so": {"verb": "closing"},
        "all": {"be": "closing"},
        "right": {"be": "closing"},
    },
    as_nouns={
        **dict.fromkeys(("list", "schedule"), "container"),
        **dict.fromkeys(("name", "date", "rate", "price", "cost", "score"), "relational"),
    },
    with_particles=words(
        "turn switch put take bring call pick wake shut set log sign look find give hold cut drop fill move "
        "hang slow speed write come go pull send throw work break check clean get let"
    ),
    wants=_WANTS,
    weights={**WEIGHTS, "mark": _MARKS},
    bias=BIAS,
    usual=USUAL,
)
