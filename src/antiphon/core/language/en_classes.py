"""English words with a job in the sentence, class by class."""

from __future__ import annotations

from antiphon.core.language.data import pairs, words

ARTICLES = words("a an the")
POSSESSIVES = words("my your his her its our their")
PRONOUNS = words("""
    i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its
    itself we us our ours ourselves they them their theirs themselves
""")
PREPOSITIONS = words("""
    about above across after against along around at before behind below between by during for from in
    inside into near of off on onto out over past since through to toward under until up upon with within
""")
AUXILIARIES = words("""
    am is are was were be been being do does did have has had can could will would shall should may might
    must
""")
QUESTIONS = words("what who whom whose which when where why how")
CONJUNCTIONS = words("and or but if unless because than as so then while though although whether")
NEGATIONS = words("""
    no not never none nobody nothing nowhere neither nor without except cannot nope nah hardly barely non
""")
DEMONSTRATIVES = words("this that these those some any every each all both")
FUNCTIONS = (
    ARTICLES
    | PRONOUNS
    | PREPOSITIONS
    | AUXILIARIES
    | QUESTIONS
    | CONJUNCTIONS
    | DEMONSTRATIVES
    | words("there here just too also yes yeah please let")
) - NEGATIONS

CLOSED_CLASS = words("""
    and or but if from of is are was were does did has because what where when who how why for with at by
""")
"""Words that begin no noun phrase: an "a" before them is a letter."""

OPPOSITES = pairs("""
    on off, up down, in out, open close, open shut, start stop, start end, begin end, increase decrease,
    raise lower, more less, most least, before after, first last, left right, am pm, include exclude,
    add remove, hot cold, warm cool, high low, higher lower, louder quieter, loud quiet, brighter darker,
    brighter dimmer, brighten dim, bright dark, early late, earlier later, next previous, yes no,
    with without, above below, over under, inside outside, near far, fast slow, faster slower, buy sell,
    push pull, enable disable, lock unlock, mute unmute, accept reject, accept decline, allow block,
    show hide, save delete, create delete, arrive leave, arrive depart, to from, cheap expensive,
    best worst, better worse, good bad, old new, big small, bigger smaller, long short, longer shorter,
    minimum maximum, always never, all none, everything nothing, everyone nobody, play pause, pause resume,
    connect disconnect, activate deactivate, give take, send receive, win lose, morning evening, day night,
    north south, east west, forward backward, plus minus, and or, can cannot, like dislike, friend enemy
""")
