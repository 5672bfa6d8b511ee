"""How English replies begin, and how callers take back what they said."""

from __future__ import annotations

from antiphon.core.language.data import word_lists, words
from antiphon.core.language.en_classes import AUXILIARIES
from antiphon.core.language.pack import OpeningWords

OPENING = OpeningWords(
    receipts=word_lists("""
        okay, alright, alright then, right, right then, got it, i got it, i have got it, i see, understood,
        noted,
        perfect, great, good, very good, wonderful, lovely, excellent, nice, cool, fine, thanks, thank you,
        thanks for that, thank you for that, let us see, let me see, let me check, let me check that,
        let me look, let me have look, let me take look, let me look that up, let me look into that,
        let me find out, let me find that, let me think, let me get that, let me pull that up, 1 moment,
        just moment, moment, 1 2nd, just 2nd, 1 sec, just sec, give me moment, give me 2nd, give me sec,
        bear with me, hold on, hang on, so, well, now, then, oh, ah, and, hi, hello, hey, good question,
        happy to help, on it, i am on it, right away, here we go, coming up, coming right up
    """),
    frames=word_lists("""
        i will, i am going to, let me, i can, i would be happy to, i will be happy to, i am happy to,
        happy to, let us, you would like, you would like to, you want, you want to, you need, you need to,
        you are looking for, you asked for, you are asking about, you are after, looking for, looking up,
        looking at, checking, checking on, that is, as for, about, i am
    """),
    tails=word_lists("""
        right away, straight away, coming up, coming right up, got it, 1 moment, just moment, 1 2nd,
        just 2nd, then, okay, let me see, let me check, let me look, let me have look, let me take look
    """),
    for_caller=word_lists("for you"),
    agreements=word_lists("""
        sure, sure thing, for sure, of course, certainly, absolutely, definitely, no problem, not problem,
        gladly, with pleasure, my pleasure, i can do that, i can do it, will do, i will do that, you bet,
        no worries, by all means, consider it done, i can help with that, i can help you with that, happily,
        naturally
    """),
    polarities=word_lists("""
        yes, yeah, yep, yup, yes please, no, nope, nah, indeed, correct, exactly, true, false,
        that is right, that is correct, that is true, unfortunately, sorry, i am sorry, i am afraid,
        i am afraid not, apologies, my apologies, not really, i think so, i do not think so, maybe, perhaps,
        probably
    """),
    corrections=word_lists("""
        sorry, actually, instead, rather, oops, whoops, correction, i mean, i meant, i said, make that,
        make it, no wait, wait no, never mind, nevermind, scratch that, strike that, second thought,
        2nd thought, second thoughts, 2nd thoughts, changed my mind, change my mind, changed mind,
        forget it, forget that, forget about it, cancel that, cancel it, hold on, hang on, not that,
        not this, or rather, or maybe, or better, let us say, i take that back, take that back, ignore that,
        undo that, on other hand, pardon, excuse me, hmm no, oh no, other one
    """),
    second_thoughts=words("""
        cancel forget stop wait undo change drop skip ignore abort or but maybe perhaps except without
        unless although though however apart besides only yes yeah nope nah wrong mistake
    """),
    withdrawals=word_lists("""
        never mind, nevermind, forget it, forget that, forget about it, cancel that, cancel it,
        scratch that, strike that, changed my mind, change my mind, changed mind, drop it, leave it,
        stop it, stop that, undo that, ignore that, do not bother, no need, take that back
    """),
    swaps={
        "you": words("i me we us"),
        "your": words("my our"),
        "yours": words("mine ours"),
        "yourself": words("myself ourselves"),
        "i": words("you"),
        "me": words("you"),
        "my": words("your"),
        "mine": words("yours"),
        "are": words("am are"),
    },
    added=words("your"),
    passed_over=words("me us like my our some any of to for in on at with about from by"),
    helpers=AUXILIARIES,
    amounts=words("to or and dozen hundred thousand percent point half quarter quarters plus minus times"),
    follows=words("""
        now again later soon early late next last this that these those every each all morning afternoon
        evening night daily weekly monthly there here
    """),
    days=words("""
        today tomorrow tonight yesterday monday tuesday wednesday thursday friday saturday sunday mondays
        tuesdays wednesdays thursdays fridays saturdays sundays weekdays weekends
    """),
)
