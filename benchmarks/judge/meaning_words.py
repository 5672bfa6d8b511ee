"""Words that make changes of meaning, chosen without a look at the judge's own lists."""

from __future__ import annotations

from judge.reading import meanings, phrases, words

POLITE = frozenset(words("a an hey kindly ok okay please thank thanks the uh um you"))
STOP_WORDS = frozenset(
    words("""
    a about all am an and any are as at be been but by can could did do does don't for from had has have he
    hello her here hey hi him his how i in is it its just kindly know let like may me might must my no not
    of oh ok okay on or our please right shall she should so some thank thanks that the their them there
    these they this those to uh um us was we well were what when where which who why will with would yeah
    yes you your
""")
)

# pairs: one word for the other
OPPOSITES = phrases("""
    on off, up down, increase decrease, open close, start stop, more less, first last, before after, am pm,
    add remove, hot cold, left right, louder quieter, brighter dimmer, lower raise, high low, higher lower,
    next previous, mute unmute, play stop, play pause, resume pause, old new, best worst, today tomorrow,
    tonight tomorrow, morning evening, morning afternoon, in out, to from, with without, newest oldest,
    latest oldest, nearest farthest, send delete, create delete, save discard, buy sell, enable disable,
    lock unlock, show hide, include exclude, inside outside, day night, rain snow, sunny cloudy, early late,
    cheap expensive, cheapest priciest, big small, shut open, activate deactivate, good bad, like dislike,
    true false, bright dark, north south, east west, above below, asleep awake, accept decline,
    maximum minimum, full empty, arrive depart, remember forget, win lose, always never, sunrise sunset,
    wet dry, warm cool, breakfast dinner, lunch dinner, weekday weekend, upcoming past
""")
PRONOUNS = phrases("""
    my your, my his, my her, my our, my their, me him, me her, me us, me them, i you, i we, i he, i she,
    i they, his her, him her, he she, it them, we they, us them, your our, your his, our their, mine yours,
    myself yourself, it him, you they, this that, these those, my the
""")
LOGIC = phrases("""
    and or, all some, all no, any every, every no, if unless, only also, all only, some no, any no,
    both neither, and without, but and, never always, each no, except including
""")
TENSES = phrases("""
    did will, do did, does did, is was, are were, is will, have had, has had, can should, will should,
    will did, should could, should must, was will, do should, am was, would should, can must, do will
""")

# families: any word for any other
QUESTIONS = words("what when where who how why which")
PREPOSITIONS = words("""
    to from for in on at by with about of near after before until without under over through between behind
    against since during
""")
NUMBERS = words("""
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
""")
RANKS = words("""
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fifteenth
""")
SCALES = words("hundred thousand million")
FIRST_NAMES = words("""
    john mary alice robert linda michael susan david karen james patricia omar priya wei sofia hans ingrid
    pablo yuki ahmed fatima igor olga chen aisha kofi amara lars nadia rohan meera tariq elena bruno chloe
    diego emma felix grace
""")

# what is added
REPAIRS = phrases("""
    no wait, sorry, no, i mean, wait no, actually, or rather, make that, oh no, correction
""")
WITHDRAWALS = phrases("""
    actually cancel that, never mind, scratch that, forget it, no don't, wait stop, on second thought no,
    oh never mind, cancel, no wait, actually no, not that, hold on, undo that, i changed my mind, stop
""")
EXTRAS = phrases("""
    tomorrow, again, quietly, in berlin, for my wife, at work, with mushrooms, instead, only once,
    every day, next month, too, as well, right now, later, by monday, for two, upstairs, in the garage,
    from anna, and then stop, not the other one, if it rains, unless i'm asleep, without sugar, twice
""")
ADJECTIVES = words("""
    red blue cheap second other new old small wrong best spanish loud vegan urgent late extra empty
""")

# openings
RECEIPTS = phrases("""
    Okay, Alright, Got it, Let me check, One moment, Right, Let me see, Just a second, Great, Understood,
    Thanks, Perfect, All right then, I see, Hmm; let me look
""")
AGREEMENTS = phrases("""
    Sure, Of course, Certainly, Absolutely, No problem, Sure thing, Okay; sure, Gladly
""")
ANSWERS = phrases("""
    Yes, No, Yes; it is, No; sorry, Unfortunately not, Yeah, I'm afraid not, That's right, Nope
""")
INVENTED = phrases("""
    Done, It's set, Your alarm is ready, It's sunny today, You have three meetings, I've sent it,
    There are two restaurants nearby, That costs ten dollars, The train leaves at nine,
    It will rain tomorrow, I've booked it, The answer is forty two, You have no new emails,
    It's playing now, The lights are off, Your order is on its way, It was released in 1999,
    He lives in Chicago, It's closed on Sundays
""")
DENIALS = phrases("""
    don't, do not, please don't, never, you must not, i don't want you to
""")
OTHER_VERBS = meanings("""
    play = stop, set = cancel, turn = don't turn, add = remove, remove = add, delete = create,
    send = delete, open = close, start = stop, book = cancel, order = cancel, create = delete, show = hide,
    remind = don't remind, call = block, buy = sell, increase = decrease, raise = lower
""")
TURNED = meanings(
    "my = your, me = you, i = you, mine = yours, our = your, us = you, am = are, your = my, you = me"
)
HELPERS = frozenset(
    words("am are can could did do does had has have is may might must shall should was were will would")
)
