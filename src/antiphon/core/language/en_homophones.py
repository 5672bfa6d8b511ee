"""English words that sound alike: a recogniser swaps them, and no caller ever meant the swap.

Left out on purpose, because the wrong one would change what is done: whatever may be a number ("to", "for",
"won", "ate", "forth", "cent"), a denial ("know", "knot", "nun"), a yes ("aye", "I", "oui"), and names.
"""

from __future__ import annotations

from antiphon.core.language.data import groups

HOMOPHONES = groups("""
    ad add, ads adds, aid aide, aids aides, air heir, aisle isle, allowed aloud, altar alter, ant aunt,
    ants aunts, arc ark, ascent assent, bail bale, ball bawl, balls bawls, band banned, bare bear,
    bares bears, bark barque, baron barren, base bass, based baste, bazaar bizarre, be bee, beach beech,
    beaches beeches, bean been, beat beet, beats beets, berries buries, berry bury, berth birth,
    billed build, bite byte, bites bytes, blew blue, bloc block, board bored, boarder border,
    bolder boulder, bough bow, boy buoy, boys buoys, brake break, brakes breaks, braking breaking,
    bread bred, brews bruise, bridal bridle, broach brooch, brows browse, buy by bye, buyer byer, buys byes,
    cache cash, cannon canon, capital capitol, carat carrot karat, carats carrots karats, cast caste,
    ceiling sealing, cell sell, cellar seller, cells sells, cereal serial, cereals serials, chews choose,
    chili chilly, choir quire, chord cord, chords cords, chute shoot, chutes shoots, cite sight site,
    cited sighted, cites sights sites, clause claws, climb clime, coarse course, colonel kernel,
    complement compliment, complementary complimentary, complements compliments, core corps,
    council counsel, councilor counselor, creak creek, crews cruise, cue queue, cues queues,
    currant current, currants currents, cymbal symbol, cymbals symbols, dam damn, days daze, dear deer,
    descent dissent, desert dessert, deserts desserts, dew due, die dye, died dyed, dies dyes,
    discreet discrete, doe dough, dual duel, duct ducked, earn urn, facts fax, faint feint, fair fare,
    fairs fares, faun fawn, feat feet, find fined, fir fur, flair flare, flea flee, flew flu flue,
    flour flower, flours flowers, foreword forward, foul fowl, frees freeze frieze, gait gate, gaits gates,
    gambol gamble, genes jeans, gilt guilt, gorilla guerrilla, gorillas guerrillas, grate great,
    grater greater, groan grown, guessed guest, guise guys, hail hale, hair hare, hairs hares, hall haul,
    halls hauls, hangar hanger, heal heel, heals heels, hear here, heard herd, hertz hurts, hew hue,
    high hi, higher hire, hoard horde, hoarse horse, hole whole, holes wholes, holy wholly, hour our,
    hours ours, idle idol, idles idols, in inn, jam jamb, jewel joule, key quay, keys quays, knead need,
    kneads needs, knew new gnu, knight night, knights nights, knit nit, lacks lax, lain lane, laps lapse,
    lead led, leak leek, leaks leeks, leased least, lessen lesson, lessens lessons, levee levy, liar lyre,
    lie lye, links lynx, load lode, loan lone, loot lute, made maid, mail male, mails males, main mane,
    maize maze, mall maul, manner manor, manners manors, mantel mantle, marshal martial, mat matte,
    meat meet mete, meats meets, medal meddle, medals meddles, might mite, mind mined, miner minor,
    miners minors, missed mist, moan mown, mode mowed, moose mousse, morning mourning, muscle mussel,
    muscles mussels, mustard mustered, naval navel, oar ore, overdo overdue, overseas oversees, paced paste,
    packed pact, pail pale, pain pane, pains panes, pair pear pare, pairs pares pears, palate palette,
    passed past, patience patients, pause paws, peace piece, peaces pieces, peak peek pique, peaks peeks,
    peal peel, pearl purl, pedal peddle, pedals peddles, peer pier, peers piers, pi pie, place plaice,
    plain plane, plains planes, plum plumb, pole poll, poles polls, poor pore pour, pores pours,
    praise prays preys, pray prey, premier premiere, presence presents, principal principle,
    principals principles, profit prophet, profits prophets, quarts quartz, rack wrack, rain reign rein,
    raining reigning, rains reigns reins, raise rays, rap wrap, rapped wrapped, rapper wrapper, raps wraps,
    read red, real reel, reek wreak, rest wrest, review revue, reviews revues, right rite write,
    rights rites writes, ring wring, rings wrings, road rode rowed, role roll, roles rolls, root route,
    roots routes, rough ruff, rung wrung, rye wry, sail sale, sails sales, saver savor, scene seen,
    scent sent, sea see, seam seem, seams seems, seas sees seize, serf surf, serge surge, shear sheer,
    shoe shoo, shoes shoos, side sighed, sighs size, sink sync, slay sleigh, sleight slight, soar sore,
    soared sword, sole soul, soles souls, some sum, son sun, sons suns, staid stayed, stair stare,
    stairs stares, stake steak, stakes steaks, stationary stationery, steal steel, steals steels,
    step steppe, steps steppes, stile style, straight strait, suite sweet, suites sweets, sundae sunday,
    sundaes sundays, tacks tax, tail tale, tails tales, taught taut, tea tee, team teem, tear tier,
    tears tiers, teas tees tease, their there, threw through, throne thrown, thyme time, tic tick,
    tics ticks, tide tied, tighten titan, toad towed, toe tow, toes tows, told tolled, tracked tract,
    troop troupe, troops troupes, vain vane vein, vale veil, vary very, verses versus, vial vile,
    wail whale, wails whales, waist waste, wait weight, waits weights, waive wave, waiver waver,
    waives waves, ware wear where, warn worn, wax whacks, way weigh whey, ways weighs, weak week,
    weakly weekly, weather whether, wet whet, which witch, while wile, whine wine, whines wines,
    whirled world, whoa woe, wood would, wore war, worst wurst, yoke yolk
""")
"""A word and the one that stands for all that sound like it."""
