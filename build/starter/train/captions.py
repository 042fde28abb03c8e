"""Captions: says what a scene shows in the many ways in which people say it.

A caption names the time, the place, the style and the subject in varied
wording and order, sometimes leaves things out, sometimes is a list of tags,
and often carries words that mean nothing for the picture ("masterpiece, 4k",
or random ones), so that words the model does not know do no harm.
"""
import random

TIME = {
    "day": ["at noon", "on a sunny day", "by day", "in the daytime", "at midday", "in bright daylight",
            "under a blue sky", "on a summer day", "in the afternoon", "during the day", "daylight", "midday", "daytime"],
    "sunset": ["at sunset", "at dusk", "in the evening", "at golden hour", "under a red sky", "with a setting sun",
               "sunset", "dusk", "evening", "golden hour", "in the evening light", "as the sun sets", "under an orange sky"],
    "dawn": ["at dawn", "at sunrise", "in the early morning", "at daybreak", "in the morning", "dawn", "sunrise",
             "early morning", "under a pink sky", "with a rising sun", "as the sun rises", "morning light", "at first light"],
    "night": ["at night", "by night", "by moonlight", "under the stars", "at midnight", "night", "under a starry sky",
              "in the moonlight", "midnight", "starry night", "nighttime", "under the moon", "in the dark"],
}
PLACE = {
    "mountains": ["mountains", "a mountain landscape", "snowy peaks", "the mountains", "high mountains",
                  "a mountain range", "the alps", "mountain"],
    "hills": ["hills", "rolling hills", "green hills", "a hilly landscape", "the hills", "a meadow", "countryside", "hill"],
    "sea": ["the sea", "the ocean", "a calm sea", "sea", "ocean", "an ocean view", "a seascape", "open water"],
    "desert": ["a desert", "the desert", "sand dunes", "desert", "a sandy desert", "dunes", "a desert landscape"],
    "forest": ["a forest", "the forest", "forest", "a pine forest", "the woods", "woods", "fir trees", "a deep forest"],
    "city": ["a city", "the city", "city", "a city skyline", "a town", "skyscrapers", "a cityscape", "city buildings",
             "a city street", "downtown"],
    "lake": ["a lake", "the lake", "lake", "a mountain lake", "a quiet lake", "a lake with mountains", "an alpine lake"],
    "field": ["a field", "fields", "field", "farmland", "a farm field", "a flower field", "rows of crops",
              "a field of flowers", "a lavender field"],
}
WEATHER = {
    "clear": ["clear sky", "with a clear sky", "clear weather", "cloudless"],
    "cloudy": ["with clouds", "cloudy", "under a cloudy sky", "clouds", "fluffy clouds"],
    "rain": ["in the rain", "rainy", "rain", "raining", "on a rainy day", "with rain falling"],
    "snow": ["in the snow", "snowy", "snow", "in winter", "snowing", "winter", "covered in snow", "with falling snow"],
    "fog": ["in the fog", "foggy", "fog", "misty", "with mist", "in the mist"],
    "storm": ["in a storm", "stormy", "storm", "with lightning", "thunderstorm", "a lightning bolt", "in a thunderstorm"],
}
SUBJECT = {
    "boat": ["boat", "sailboat", "sailing boat", "ship", "little boat"], "house": ["house", "cottage", "cabin", "small house", "hut"],
    "tree": ["tree", "lonely tree", "big tree", "single tree"], "cactus": ["cactus", "tall cactus", "saguaro cactus"],
    "tent": ["tent", "camping tent", "camp"], "windmill": ["windmill", "old windmill", "mill"],
    "castle": ["castle", "fairytale castle", "fortress"], "lighthouse": ["lighthouse", "striped lighthouse", "beacon"],
    "balloon": ["hot air balloon", "balloon", "hot-air balloon"], "birds": ["birds", "flying birds", "seagulls", "a flock of birds"],
    "rainbow": ["rainbow"], "aurora": ["aurora", "northern lights", "aurora borealis"],
}
PLURAL = ("birds", "seagulls", "northern lights", "a flock of birds", "flying birds")
STYLE = {
    "plain": ["", "", "", "", "flat illustration", "illustration", "digital art", "vector art", "cartoon", "painting"],
    "pixel art": ["pixel art", "pixel-art", "8-bit pixel art", "16-bit game art", "pixelated", "pixel art style", "8bit"],
    "watercolor": ["watercolor", "watercolour", "watercolor painting", "watercolour painting", "aquarelle",
                   "soft watercolor", "in watercolour"],
    "sketch": ["sketch", "pencil sketch", "pencil drawing", "line drawing", "ink drawing", "hand-drawn sketch", "drawing"],
    "neon": ["neon", "neon lights", "synthwave", "neon style", "cyberpunk", "glowing neon", "retrowave", "neon glow"],
    "papercut": ["papercut", "paper cut", "paper art", "papercraft", "cut paper", "layered paper", "paper cutout"],
    "poster": ["poster", "vintage poster", "travel poster", "retro poster", "screen print", "vintage travel poster"],
}
SEASON = {"autumn": ["in autumn", "autumn", "fall colors", "autumn leaves"],
          "spring": ["in spring", "spring", "cherry blossom", "pink blossom"]}
FILLER = ["highly detailed", "masterpiece", "4k", "8k", "best quality", "beautiful", "trending on artstation", "hd",
          "cinematic", "dramatic lighting", "intricate", "sharp focus", "award winning", "by greg rutkowski", "uhd",
          "wide shot", "concept art", "peaceful", "calm", "dreamy", "minimalist", "colorful", "high quality", "cozy",
          "a masterpiece", "stunning", "lovely", "detailed background", "wallpaper", "professional", "scenery",
          "landscape", "nature", "photo", "photorealistic", "octane render", "unreal engine", "soft light", "epic"]
LEAD = ["a picture of ", "an image of ", "a view of ", "a scene with ", "view of ", "a landscape of ", "a photo of ",
        "beautiful ", "a beautiful view of ", "small scene: ", "a nice ", "please draw ", "show me "]
PARTS = ["ka", "ro", "mi", "ten", "sol", "ver", "lu", "ban", "dri", "est", "qua", "no", "fel", "ish", "or", "gim", "pa", "zu"]


def unknown(rng):
    """A made-up word."""
    return "".join(rng.choice(PARTS) for _ in range(rng.randint(2, 3)))


def article(word):
    """The word with `a` or `an`, unless it is a plural."""
    if word in PLURAL or word.startswith(("a ", "an ")):
        return word
    return ("an " if word[0] in "aeiou" else "a ") + word


def thing(spec, rng):
    """The subject with its colour: "a red balloon"; None without a subject."""
    if not spec["subject"]:
        return None
    word = rng.choice(SUBJECT[spec["subject"]])
    if spec["colour"] and rng.random() < 0.85:
        head = "house with a {} roof" if spec["subject"] == "house" and rng.random() < 0.2 else None
        word = head.format(spec["colour"]) if head else f"{spec['colour']} {word}"
    return article(word)


def scene(spec, rng, complete=False):
    """The scene without its style, as a phrase or as tags.

    Unless it is to be complete, it now and then leaves out the time, and the
    place or the weather where there is a subject to speak of.
    """
    place, when = rng.choice(PLACE[spec["place"]]), rng.choice(TIME[spec["time"]])
    what, extra = thing(spec, rng), []
    if spec["weather"] != "clear" or rng.random() < 0.1:
        extra.append(rng.choice(WEATHER[spec["weather"]]))
    if spec["season"] != "summer":
        extra.append(rng.choice(SEASON[spec["season"]]))
    skip = 1.0 if complete else rng.random()
    if skip < 0.07:
        return ", ".join([f"{place} with {what}" if what else place] + extra)
    if skip < 0.12 and what:
        return rng.choice([what, f"{what} {when}", f"{when}, {what}"])
    if rng.random() < 0.22:  # tags
        tags = [t for t in [place, when, what] + extra if t]
        rng.shuffle(tags)
        return ", ".join(tags)
    if rng.random() < 0.3 and " " not in when:
        core = f"{when} {rng.choice(['over', 'in', 'at', 'above'])} {place}"
    elif rng.random() < 0.15:
        core = f"{when}, {place}"
    else:
        core = f"{place} {when}"
    if what:
        near = {"sea": ["on", "in"], "lake": ["on", "by", "at"]}.get(spec["place"], ["in", "near", "in front of"])
        near = ["over", "above"] if spec["subject"] in ("balloon", "birds", "rainbow", "aurora") else near
        core = f"{what} {rng.choice(near)} {core}" if rng.random() < 0.55 else f"{core} with {what}"
    for word in extra:
        core += rng.choice([", ", " "]) + word
    return core


def caption(spec, rng, complete=False):
    """One caption for a description; empty in a tenth of the cases unless complete."""
    if not complete and rng.random() < 0.1:
        return ""
    text, style = scene(spec, rng, complete), rng.choice(STYLE[spec["style"]])
    if rng.random() < 0.18:
        text = rng.choice(LEAD) + text
    fill = [rng.choice(FILLER) if rng.random() < 0.8 else unknown(rng) for _ in range(rng.choice([0, 0, 0, 1, 2, 3, 4]))]
    if style:
        form = rng.random()
        if form < 0.35:
            text = f"{style} of {text}"
        elif form < 0.7:
            text = f"{text}, {style}"
        elif form < 0.85:
            text = f"{style}, {text}"
        else:
            text = f"{text} in {style} style"
    if fill:
        cut = rng.randint(0, 1) if rng.random() < 0.25 else 0
        text = ", ".join(fill[:cut] + [text] + fill[cut:])
    return text


if __name__ == "__main__":
    from scenes import choose
    source = random.Random(0)
    for _ in range(40):
        print(caption(choose(source), source))
