"""English: what its written forms are called when they are read out."""

from __future__ import annotations

from antiphon.core.language.data import listed, words
from antiphon.speakable.pack import Currency, SpeechPack


def _table(text: str) -> dict[str, str]:
    """``written = said``, between semicolons."""
    entries = (" ".join(entry.split()).partition("=") for entry in text.split(";") if entry.strip())
    return {written.strip(): said.strip() for written, _, said in entries}


def _units(text: str) -> dict[str, tuple[str, str]]:
    """``abbreviation … = one, several``, between semicolons."""
    units = {}
    for written, said in _table(text).items():
        one, _, many = said.partition(",")
        for abbreviation in written.split():
            units[abbreviation.replace("_", " ")] = (one, many.strip() or f"{one}s")
    return units


_MONTHS = listed("January February March April May June July August September October November December")
_WEEKDAYS = listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")

ENGLISH = SpeechPack(
    language="en",
    numbers="en",
    signs=_table(
        """& = and; + = plus; @ = at; % = percent; # = number; × = times; ÷ = divided by; < = less
        than; > = greater than; ≤ = at most; ≥ = at least; ≈ = about; ~ = about; ± = plus or minus;
        → = to; ⇒ = to; ° = degrees; § = section; © = copyright; ® = ; ™ = ; • = ; · = ; ✓ = ; ✔ = ;
        € = euros; £ = pounds; ¢ = cents; ² = squared; ³ = cubed; ½ = one half; ¼ = one quarter; ¾ =
        three quarters; ⅓ = one third; ⅔ = two thirds; ^ = to the power of; * = times; − = minus; √
        = square root of; ∞ = infinity; π = pi"""
    )
    | {"=": "equals"},
    words=_table(
        """point = point; minus = minus; plus = plus; to = to; and = and; per = per; dot = dot; at =
        at; slash = slash; dash = dash; underscore = underscore; hash = hash; hashtag = hashtag;
        percent = percent; degree = degree; degrees = degrees; by = by; oh = oh; hundred = hundred;
        o'clock = o'clock; am = a.m.; pm = p.m.; seconds = seconds; second = second; extension =
        extension; half = half; version = version; about = about; times = times; colon = colon;
        equals = equals; or = or; number = number; foot = foot; feet = feet; inch = inch; inches =
        inches; a = a; the = the; of = of; of a = of a; of an = of an; out of = out of; over = over;
        between = between"""
    ),
    months={name: name for name in _MONTHS}
    | {name[:3]: name for name in _MONTHS if name != "May"}
    | {f"{name[:3]}.": name for name in _MONTHS if name != "May"}
    | {"Sept": "September", "Sept.": "September"},
    weekdays={name: name for name in _WEEKDAYS}
    | {name[:3]: name for name in _WEEKDAYS}
    | {"Tues": "Tuesday", "Thur": "Thursday", "Thurs": "Thursday"},
    doubtful_weekdays=words("Sat Sun Wed Mon"),
    currencies={
        sign: currency
        for signs, currency in (
            ("$ US$ USD", Currency("dollar", "dollars", "cent", "cents")),
            ("C$ CA$ CAD", Currency("Canadian dollar", "Canadian dollars", "cent", "cents")),
            ("A$ AU$ AUD", Currency("Australian dollar", "Australian dollars", "cent", "cents")),
            ("€ EUR", Currency("euro", "euros", "cent", "cents")),
            ("£ GBP", Currency("pound", "pounds", "penny", "pence")),
            ("¥ JPY", Currency("yen", "yen")),
            ("₹ INR", Currency("rupee", "rupees", "paisa", "paise")),
            ("CHF", Currency("Swiss franc", "Swiss francs", "centime", "centimes")),
            ("₩ KRW", Currency("won", "won")),
            ("CNY RMB", Currency("yuan", "yuan")),
            ("¢", Currency("cent", "cents")),
        )
        for sign in listed(signs)
    },
    magnitudes=_table(
        """k = thousand; K = thousand; M = million; m = million; B = billion; bn = billion; T =
        trillion; tn = trillion; mn = million; thousand = thousand; million = million; billion =
        billion; trillion = trillion; hundred = hundred"""
    ),
    units=_units(
        """km = kilometer; m = meter; cm = centimeter; mm = millimeter; mi = mile; yd yds = yard; ft
        ft. = foot, feet; in. = inch, inches; sq_ft sqft ft² = square foot, square feet; m² = square
        meter; km² = square kilometer; m³ = cubic meter; kg = kilogram; g = gram; mg = milligram; lb
        lbs lb. lbs. = pound; oz oz. = ounce; l L = liter; ml mL = milliliter; gal gal. = gallon;
        km/h kmh kph = kilometer per hour, kilometers per hour; m/s = meter per second, meters per
        second; mph = mile per hour, miles per hour; h hr hrs hr. hrs. = hour; min min. mins mins. =
        minute; s sec secs sec. secs. = second; ms = millisecond; wk wks = week; yr yrs yr. yrs. =
        year; mo mos = month; KB kB = kilobyte; MB = megabyte; GB = gigabyte; TB = terabyte; Mbps
        Mbit/s = megabit per second, megabits per second; Gbps = gigabit per second, gigabits per
        second; Hz = hertz, hertz; kHz = kilohertz, kilohertz; MHz = megahertz, megahertz; GHz =
        gigahertz, gigahertz; V = volt; W = watt; kW = kilowatt; kWh = kilowatt hour; A = amp; mAh =
        milliamp hour; cal = calorie; kcal = kilocalorie; px = pixel; dB = decibel; tsp = teaspoon;
        tbsp = tablespoon; pt pts = point; pcs = piece; ppl = person, people"""
    ),
    titles=_table(
        """Dr. = Doctor; Mr. = Mister; Mrs. = Missus; Ms. = Miz; Prof. = Professor; Rev. = Reverend;
        Gen. = General; Sen. = Senator; Rep. = Representative; Gov. = Governor; Capt. = Captain; Lt.
        = Lieutenant; Sgt. = Sergeant; Col. = Colonel; Hon. = Honorable; St. = Saint; Mt. = Mount;
        Ft. = Fort; Dr = Doctor; Mr = Mister; Mrs = Missus; Prof = Professor"""
    ),
    streets=_table(
        """St. = Street; Ave. = Avenue; Ave = Avenue; Blvd. = Boulevard; Blvd = Boulevard; Rd. = Road;
        Rd = Road; Ln. = Lane; Dr. = Drive; Ct. = Court; Pl. = Place; Sq. = Square; Hwy. = Highway;
        Hwy = Highway; Pkwy. = Parkway; Jr. = Junior; Sr. = Senior; Inc. = Incorporated; Ltd. =
        Limited; Co. = Company; Corp. = Corporation; Bros. = Brothers; Esq. = Esquire"""
    ),
    before_numbers=_table(
        """No. = number; no. = number; Nos. = numbers; nos. = numbers; p. = page; pp. = pages; vol. =
        volume; Vol. = Volume; fig. = figure; Fig. = Figure; ch. = chapter; Ch. = Chapter; ext. =
        extension; Ext. = extension; ext = extension; apt. = apartment; Apt. = Apartment; ste. =
        suite; Ste. = Suite; rm. = room; Rm. = Room; approx. = approximately; ca. = circa; est. =
        established; Est. = Established; tel. = telephone; Tel. = Telephone"""
    ),
    abbreviations=_table(
        """e.g. = for example; eg. = for example; i.e. = that is; ie. = that is; etc. = et cetera; etc
        = et cetera; vs. = versus; vs = versus; approx. = approximately; approx = approximately;
        appt. = appointment; appts. = appointments; dept. = department; Dept. = Department; incl. =
        including; excl. = excluding; misc. = miscellaneous; govt. = government; assoc. =
        association; a.k.a. = also known as; aka = also known as; w/ = with; w/o = without; b/c =
        because; c/o = care of; Ph.D. = P H D; temp. = temperature; avg. = average; max. = maximum;
        min. = minimum; hrs = hours; hrs. = hours; mins = minutes; mins. = minutes; qty. = quantity;
        resp. = respectively; cf. = compare; et al. = and others; intl. = international; tel. =
        telephone; Tel. = Telephone; lbs = pounds; tbd = to be decided; TBD = to be decided; TBA =
        to be announced; ETA = E T A; FAQ = F A Q; FAQs = F A Qs; Q&A = Q and A; ASAP = as soon as
        possible; FYI = for your information; BTW = by the way; a.m. = a.m.; p.m. = p.m."""
    ),
    code_words=words(
        """code pin pincode passcode password zip postcode account order confirmation reference ref
        ticket booking tracking flight id serial routing card invoice case dial text sms call
        passport policy member membership reservation ending"""
    ),
    year_words=words(
        "in since by of until till from to year after before during circa around early late mid"
    ),
    articles=words("a an"),
    heads=words(
        "War Part Chapter Act Vol Volume Phase Type Section Title Article Book Level Stage Mark Bowl Tier"
    ),
    top_domains=words(
        """com org net edu gov mil info biz io ai dev app co uk ca au de fr es nl eu ch se dk fi pl ie
        nz jp cn br mx tv shop store online site tech cloud"""
    ),
    spelt=words(
        """io ai uk us ca au de fr es nl eu ch se dk fi pl ie nz jp cn br mx tv edu html htm pdf csv
        png jpg jpeg txt xls xlsx docx doc ppt pptx php mp html js py md xml svg gif http https faq
        ui api id"""
    ),
    file_endings=words(
        """pdf doc docx xls xlsx csv txt png jpg jpeg gif zip html htm json toml yaml yml xml ppt pptx
        mp3 mp4 wav md py js exe"""
    ),
    pronunciation=_table(
        """C++ = C plus plus; C# = C sharp; F# = F sharp; .NET = dot net; 24/7 = twenty-four seven;
        9/11 = nine eleven; and/or = and or; 20/20 = twenty twenty; 50/50 = fifty fifty; 50-50 =
        fifty fifty; 7-Eleven = Seven Eleven; 401(k) = four oh one K; 401k = four oh one K; TCP/IP =
        T C P I P; N/A = not applicable; n/a = not applicable; COVID-19 = COVID nineteen; Wi-Fi =
        why fie; wifi = why fie; WiFi = why fie; A/C = A C; mp3 = M P three; 4x4 = four by four;
        he/she = he or she; his/her = his or her; him/her = him or her; s/he = she or he; 1:1 = one
        to one; 360° = three hundred and sixty degrees; P.O. = P O"""
    ),
)
