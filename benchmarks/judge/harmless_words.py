"""Words that make harmless changes, chosen without a look at the judge's own lists."""

from __future__ import annotations

from judge.reading import meanings, phrases, words

# politeness and fillers
BEFORE = phrases("""
    please, could you, can you, could you please, can you please, would you, would you please, hey, hi,
    hello, ok, okay, excuse me, i'd like you to, would you kindly, kindly, thanks
""")
BEHIND = phrases("""
    please, thanks, thank you, thank you very much, thanks a lot, if you don't mind, would you, could you,
    if you please, many thanks
""")
HESITATIONS = words("um uh er erm hmm ah uhm")
FIRST_WORDS = phrases("""
    well, so, oh, okay so, um so, well uh, right, alright, hm well
""")
IMPERATIVES = words("""
    play set turn send tell give show add remove find open make call create start remind put list check
    order book delete schedule search mute email
""")
GERUNDS = meanings("""
    play = playing, set = setting, turn = turning, send = sending, tell = telling, give = giving,
    show = showing, add = adding, remove = removing, find = finding, make = making, put = putting,
    create = creating, delete = deleting, cancel = cancelling, dim = dimming, check = checking,
    order = ordering, book = booking, mute = muting, get = getting, stop = stopping, open = opening,
    start = starting, call = calling, schedule = scheduling
""")

# form
CONTRACTIONS = meanings("""
    what is = what's, how is = how's, where is = where's, who is = who's, when is = when's, it is = it's,
    that is = that's, there is = there's, i am = i'm, i have = i've, i will = i'll, i would = i'd,
    do not = don't, does not = doesn't, did not = didn't, can not = can't, cannot = can't, is not = isn't,
    are not = aren't, will not = won't, would not = wouldn't, we are = we're, you are = you're,
    they are = they're, let us = let's, i had better = i'd better, want to = wanna, going to = gonna,
    have not = haven't, has not = hasn't, he is = he's, she is = she's, you will = you'll, we will = we'll,
    they will = they'll, you have = you've, let me = lemme, give me = gimme, what are = what're,
    we have = we've, should not = shouldn't
""")
COMPOUNDS = phrases("""
    play list, e mail, audio book, pod cast, wake up, week end, birth day, face book, you tube, door bell,
    sun set, bed room, bath room, take away, take out, up coming, lap top, ear phones, head line,
    head lines, news paper, super market, air port, rail way, i phone, wi fi, hip hop, tooth paste,
    out side, down town, in box, land line, voice mail, screen shot, day time, night time, house hold,
    water melon, pan cake, pan cakes, base ball, foot ball, snow fall, t shirt, co worker, web site,
    dish washer, living room, any thing, some thing, every day, every thing, mid night, to night, to morrow,
    to day, year book, note book, book mark
""")
SPELLINGS = phrases("""
    color colour, favorite favourite, center centre, theater theatre, gray grey, neighbor neighbour,
    neighborhood neighbourhood, organize organise, realize realise, traveling travelling, labeled labelled,
    canceled cancelled, catalog catalogue, program programme, check cheque, jewelry jewellery,
    kilometers kilometres, meter metre, liter litre, flavor flavour, favorites favourites, colors colours,
    humor humour, dialog dialogue, analyze analyse, apologize apologise, license licence, defense defence,
    practice practise, mom mum, tire tyre, pajamas pyjamas, doughnut donut, yogurt yoghurt, omelet omelette,
    airplane aeroplane, learned learnt, aging ageing, theaters theatres, centers centres, honor honour,
    rumor rumour, harbor harbour, recognize recognise, summarize summarise, customize customise,
    prioritize prioritise, minimize minimise, okay ok, fulfill fulfil, enroll enrol, mustache moustache,
    modeling modelling, behavior behaviour, specialty speciality, math maths, cozy cosy, toward towards,
    tonight tonite, light lite
""")
SOUND_ALIKES = phrases("""
    weather whether, there their, hear here, buy by, mail male, meet meat, week weak, see sea, sun son,
    pair pear, wait weight, new knew, sale sail, plane plain, road rode, where wear, whole hole,
    night knight, tale tail, piece peace, break brake, steal steel, flour flower, right write, hour our,
    find fined, which witch, would wood, need knead, great grate, be bee, read red, your you're, its it's,
    made maid, fair fare, sweet suite, route root, role roll, some sum, time thyme, rain reign, pause paws,
    blue blew, board bored, main mane, mall maul, soul sole, bread bred, stake steak, sent scent, dear deer,
    sight site, feet feat, hi high, morning mourning, current currant, bare bear, seen scene, serial cereal,
    principal principle, stationery stationary, desert dessert, cell sell, raise rays, add ad, in inn,
    through threw, course coarse, him hymn, base bass, hall haul, hair hare, waste waist, cue queue
""")

# numbers
UNITS = words("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
""")
TENS = {
    word: 10 * value
    for value, word in enumerate(words("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
ORDINALS = {
    word: value
    for value, word in enumerate(
        words("""
            first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
            fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
        """),
        1,
    )
} | {"thirtieth": 30}
