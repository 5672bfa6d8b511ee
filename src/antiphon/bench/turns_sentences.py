"""What callers say in the benchmark of endpointing, none of which its weights were learned from."""

from __future__ import annotations

from functools import cache

from antiphon.simulation.sentences import SHORT_WORDS, Sentence, Sentences, own_sentences

# Said on the telephone: to restaurants, banks, surgeries, shops, libraries, and to a house.
_CALLS = """
i'd like to book a table for tomorrow night
do you have anything free on saturday around eight
is there parking near the restaurant
can we sit outside
we'll be about twenty minutes late
i need to change my reservation from six people to four
what's on the lunch menu
do you do gluten free pizza
could i get the soup without onions
we have a baby with us so we'd need a high chair
does the set menu include drinks
can i bring my dog
how late is the kitchen open
i'd like to order two burgers and a large fries
can you deliver to the office on mill road
how long will the delivery take
add a bottle of water to that
actually make that three
i left my umbrella at your place last night
my card was declined and i don't know why
what's the balance on my savings account
i'd like to transfer fifty pounds to my daughter
has my salary come in yet
i think someone has used my card
please block it right away
how do i raise my daily limit
when is the payment due
could you send me a statement for last year
what are your fees for paying abroad
i want to close my account
i've forgotten my password
do you have a branch in the north of the city
how much would a loan of five thousand cost me a month
i'd like to speak to someone about a mortgage
i need an appointment with a doctor this week
it's about my knee
i've had a cough for three weeks
is doctor patel in on thursdays
do you have anything earlier
could my son come with me
i'd like to cancel my appointment on the ninth
are my test results back
can i get a repeat prescription for my inhaler
do i have to fast before the blood test
which pharmacy is open on sundays
my tooth has been hurting since last night
i'm allergic to penicillin
what should i bring with me
is there a bus that stops near the clinic
i'm looking for a flight to madrid in the second week of may
do you have anything cheaper
is that direct
how much luggage can i take
i'd prefer a seat by the window
we missed our connection because the first train was late
can i still get a refund
what time does the last train leave
which platform does it go from
is the ten fifteen running today
two adults and one child please
a return ticket to the coast
do i need a visa for japan
could you pick me up at the airport
i need a car for the whole weekend
automatic if you have one
where can i drop it off
does the price include insurance
i'd like a double room for three nights
do you have a room with a view of the lake
what time is breakfast
can i check out a bit later
is the pool open in winter
the heating in my room doesn't work
could someone bring up some towels
what's the wifi password
there's a lot of noise from the street
can you wake me at half past five
i ordered a jacket two weeks ago and it still hasn't come
where is my parcel
the number is seven four two nine
it says it was delivered but i never got it
i'd like to return a pair of shoes
they're too small
do you have them in a larger size
is this available in green
how long is the warranty
the screen is broken
can i pay in instalments
do you ship to ireland
what's the cheapest way to send it
i'd like to use a voucher
the code doesn't work
could you tell me if you have it in stock
when will it be back
i want to complain about the service i had yesterday
nobody called me back
my internet has been down since this morning
i've already restarted the router
the red light keeps flashing
how do i reset it
can you send an engineer
i'm only at home in the evenings
my bill is much higher than last month
what is this charge for
i'm moving house at the end of june
can i take my number with me
i'd like to switch to the smaller plan
how much data do i have left
my phone doesn't ring when people call
i dropped it in the water
there's a power cut in our street
when will it be fixed
i smell gas in the kitchen
how do i read the meter
could you explain my contract to me
i'd like to report an accident
nobody was hurt
the other driver went through a red light
it happened this morning on the ring road
am i covered if i lend the car to my brother
what's the excess on my policy
i'd like a quote for a house with three bedrooms
when does my policy run out
can i renew this book online
how many books can i borrow at a time
do you have the new one by ian rankin
i think i owe you some money
is the library open on bank holidays
i'd like to sign up for the beginners class
how much is it for students
do i need to bring my own mat
is there a pool
what's the name of the teacher
can i try it once before i pay
my daughter lost her bag at the sports hall
it's black with white stripes
what are you open until
where do i park
how do i get there from the station
is there a lift
are children free
do you have a guided tour in german
can i take photographs inside
how long does it take to walk round
what can you recommend for a rainy day
i'd like two tickets for the evening show
in the front row if possible
who's playing tonight
is there an interval
can i swap my tickets for another day
i need a haircut before friday
just a trim
is anna working tomorrow
how much do you charge for colouring
my cat isn't eating
she's four years old
can i bring her in this afternoon
do you look after dogs over the summer
i'd like to know if my application has arrived
which form do i need
where do i send it
how long does it usually take
what documents do you need from me
i got a letter about my taxes and i don't understand it
could you put me through to the person in charge
i'll hold
can i leave a message for him
please tell her i called
my number is oh seven seven double one
the best time to reach me is after work
could you say that again
i didn't catch the last part
can you speak a little more slowly
who am i speaking to
sorry i meant the fifteenth
no the other one
let me think about it
i'll call back later
that would be great
i'm not sure yet
it depends on the price
whichever is cheaper
the sooner the better
what do you think
how does that work
what happens if i cancel
is there anything else i should know
that's not what i asked for
i've been waiting for half an hour
can you check again
set a timer for the eggs
turn the volume down a bit
close the garage door
what's in the news
remind me to water the plants when i get home
how cold will it get tonight
start the dishwasher at midnight
play something quiet
who wrote this
skip this one
add batteries to my list
read me my last message
call my sister
tell him i'm on my way
what did i miss
how far is it to the next petrol station
avoid the motorway
find somewhere to eat near here
what's forty percent of two hundred
how do you spell necessary
translate good morning into italian
is it a public holiday on monday
how many days until christmas
"""


@cache
def benchmark_sentences() -> Sentences:
    """The simulation's own sentences, and as they are said in calls of many kinds."""
    own = own_sentences()
    calls = [Sentence(text, "call") for text in _CALLS.strip().splitlines()]
    return Sentences(
        (*own.full, *(one for one in calls if len(one.words) > SHORT_WORDS)),
        (*own.short, *(one for one in calls if len(one.words) <= SHORT_WORDS)),
        own.values,
    )
