"""Sentences in which a page speaks of itself: whom to write to, what was updated, what to subscribe to.

Each line of KINDS is the pattern of a whole sentence outside quotation marks; a kind's cues, of which each such
sentence has one in small letters, stand before. They were collected from sentences that come again in many
articles, and are worded to hold for other pages than these.
"""

import re
from collections.abc import Iterable

# An e-mail address or a handle; a telephone number of ten digits.
POINT = r"(?:[\w.+\-]{1,64} ?@ ?[\w\-]{1,64}(?:\.[\w\-]{1,64}){1,4}|@\w[\w.]{1,40})"
PHONE = r"\(?\d{3}\)?[ .\-]\d{3}[.\-]\d{4}"
NETWORK = r"(?:twitter|x|instagram|facebook|threads|bluesky|linkedin|tiktok|telegram)"
LETTER = r"(?:newsletters?|inbox(?:es)?|briefings?)"
STORY = (
    r"(?:story|article|report|file|headline|page|post|column|list|version|blog|gallery|map|video|transcript)"
)
KINDS = {
    "contact": (
        "@|.com|follow|find|phone|email|e-mail|reach|contact|call|tip|idea",
        rf"""
(?:reach|follow|contact|get in touch|send|e-?mail|text|message|find|connect with)\b.{{0,160}}{POINT}.{{0,120}}
.{{1,80}}\bcan (?:also )?be (?:reached|contacted|followed|found) (?:at|by|on|via)\b.{{0,60}}{POINT}.{{0,120}}
(?:follow|find) .{{0,60}}\bon {NETWORK}\b.{{0,80}}
(?:reach|contact|call) (?:him|her|them|(?-i:[A-Z])\w+(?: (?-i:[A-Z])\w+){{0,2}}) at {PHONE}
(?:[^.!?|]{{0,80}}[:,;|–—-] ?)?{POINT}(?:(?:[\s,;:|/&]|and|or|on|x|twitter|email){{1,12}}{POINT}){{0,3}}
(?:{NETWORK}|phone|tel|fax|office|e-?mail):? (?:{POINT}|{PHONE})
(?:have|got) (?:a|any) (?:\w+ )?(?:tip|story|question|idea)s?\b.{{0,80}}\?.{{0,120}}
story ideas?\?
""",
    ),
    "change": (
        "updated|corrected|edited|clarified|appeared|published|first ran|originally ran",
        rf"""
(?:[^.!?:]{{3,40}}: )?(?:an earlier version of )?(?:this|the) (?:live )?{STORY} (?:has been|was|is being|will be) (?:\w+ )?(?:updated|corrected|edited|clarified)\b.{{0,200}}
(?:this|the) {STORY} (?:was )?(?:originally|first) (?:appeared|published|ran)\b.{{0,120}}
""",
    ),
    "subscription": (
        "newsletter|inbox|briefing|subscri|sign up|signup|support|member|unlock|never miss|informed| app|download|receive|submitting|continues",
        rf"""
.{{0,200}}\b(?:sign ?up|subscrib\w+|straight to|start (?:your|the) (?:day|week)|delivered|get)\b.{{0,200}}\b{LETTER}\b.{{0,400}}
.{{0,120}}\b{LETTER}\b.{{0,60}}\b(?:sign ?up|subscribe)\b.{{0,80}}
.{{0,300}}\bfree {LETTER}\b.{{0,120}}
(?:[^.!?]{{0,60}}[:?!] ?)?(?:to |then )?(?:sign ?up|subscribe)(?: (?:to|for|here|now|today|using)\b.{{0,140}}|)
(?:to )?(?:consider )?(?:help )?support(?:ing)? (?:\w+ )?(?:local|our|quality|independent|it)\b.{{0,20}}\b(?:journalism|news|reporting|with a subscription)\b.{{0,140}}
(?:if you.{{2,60}})?\b(?:become|not) a (?:subscriber|member)\b.{{0,160}}
unlock (?:unlimited|premium|full|exclusive)\b.{{0,120}}
.{{0,60}}\bfor subscribers\b.{{0,60}}
(?:story|article) continues .{{2,40}}
never miss (?:a|an|another)\b.{{0,120}}
stay informed
(?:download|get) (?:the|our|your) .{{0,60}}\bapp\b.{{0,120}}
download for .{{0,120}}
the .{{2,40}} app (?:gets|brings|puts|keeps) you\b.{{0,120}}
(?:contact me|receive e-?mails?) (?:with|from)\b.{{0,160}}
by submitting your information\b.{{0,160}}
""",
    ),
    "way": (
        " here|here |below| on |read more| our|for more|covered|play the|break|looking for|hungry for|want a|need |podcast|like us|join us|watch us|click|tap",
        r"""
[^.!]{0,110}\b(?:tap|click)(?: or (?:tap|click))? here\b.{0,80}
(?:(?:for|to) .{2,60},? )?(?:read|see|find|view|get|learn|watch|hear|check) .{2,80}\b(?:here|below)
(?:(?:for|to) .{2,60},? )?(?:read|see|find|view|get|learn|watch|hear) (?:more|it|the (?:full|latest))\b.{0,60}\bon (?-i:[A-Z])\w+
[^.:!?]{3,40}: ?(?:shop|see|find|get|sign ?up|join|follow|check out|hear|watch|read|listen|download|play|take)\b.{0,80}\b(?:our|here|below|editors|newsletter)\b.{0,80}
read more(?: here)?
[^.!?]{0,60}\?.{0,80}\b(?:here|below)
(?:read|see|visit|try|browse) our .{2,80}
(?:head|go|visit|turn|jump) (?:over )?(?:to )?our .{0,100}
(?:head|go|look) here .{2,80}
(?:looking for|hungry for|want|need) (?:a|an|more|the) .{0,60}\?.{0,120}
(?:[\w’']{2,20} ){1,4}for more\?
we(?:['’]ve| have) got you covered
play the .{2,60}\b(?:now|puzzle|game)
need an? (?:\w+ )?break\?.{0,120}
(?:[^.!?]{0,80}\? )?(?:tap|click)(?: or (?:tap|click))? (?:here )?(?:for|to)\b.{0,120}
check out (?:the|our|all) .{0,60}\b(?:hub|section|page|guide|newsletter|podcast|app|shop|store)\b.{0,80}
(?:check out|listen to|watch|join|like) (?:my|our|us|the podcast)\b.{0,120}
.{0,60}\bcheck your local forecast here
""",
    ),
    "earnings": (
        "earn|receive|collect| get |recommend|review|select|influence|partner|independently",
        r"""
.{0,200}\b(?:may|might|could|can) (?:earn|receive|get|collect)\b.{0,60}\b(?:commissions?|revenue|affiliate|referral)\b.{0,160}
we (?:occasionally|sometimes|independently|may) (?:recommend|review|select)\b.{0,160}
.{0,160}\b(?:(?:does not|doesn['’]t|do not|don['’]t) influence|(?:have|has) no influence (?:on|over))\b.{0,80}\b(?:coverage|reporting|newsrooms?|recommendations)\b.{0,80}
.{0,80}\bcontent partner\b.{0,200}
its content is produced independently\b.{0,80}
""",
    ),
    "disclaimer": (
        "terms apply|gambl|older|responsib|liable|performance|guarantee|views|opinions|material|information",
        r"""
terms apply\b.{0,100}
gambling involves risk\b.{0,80}
(?:please )?only gamble with\b.{0,120}
.{0,80}\b(?:gambling problem|problem gambling)\b.{0,200}
must be \d\d or older to\b.{0,80}
.{0,60}\bgambling (?:is|are) not legal\b.{0,60}
(?:be sure to|it is your (?:sole )?responsibility to) (?:comply|act)\b.{0,60}\blaws?\b.{0,80}
.{0,200}\b(?:cannot|can ?not|will not) be held (?:responsible|liable)\b.{0,160}
past performances? (?:is|do|does|are)(?: not|n['’]t| no)\b.{0,160}
no guarantees? (?:is|are) made\b.{0,120}
the (?:views|opinions|material|information) (?:expressed|contained) (?:in|on) this (?:commentary|column|article|site|page|piece)\b.{0,240}
""",
    ),
}
BEFORE = r"\W{0,4}(?:(?:and|or|please|you can|feel free to) (?:also )?)?"
PATTERNS = {
    kind: (
        re.compile(cues.replace(".", r"\.")),
        re.compile(rf"{BEFORE}(?:{'|'.join(filter(None, forms.splitlines()))})\W{{0,4}}", re.IGNORECASE),
    )
    for kind, (cues, forms) in KINDS.items()
}
LONGEST = 700
QUOTATION = re.compile(r"^[\"“”'‘]|[\"”]\W*$|[,.!?][\"”] ")


def notice(sentence: str, kinds: Iterable[str]) -> str | None:
    """Which of these KINDS a sentence is, without the white space around it; None where it may be the story's."""
    if len(sentence) > LONGEST or QUOTATION.search(sentence):
        return None
    return next((kind for kind in kinds if PATTERNS[kind][1].fullmatch(sentence)), None)


def may_hold(text: str, kinds: Iterable[str] = KINDS) -> list[str]:
    """Those of these KINDS of which a text may hold a sentence, quickly told."""
    lowered = text.lower()
    return [kind for kind in kinds if PATTERNS[kind][0].search(lowered)]
