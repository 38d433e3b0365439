"""Find the lines of a page that are no part of its story: menus, switches, newsletter boxes.

A line is page furniture when it *is* a known phrase, or has the form of one. Nothing is cut: the spans
say what passages leave out. What this does not do: judge a line by its place on the page, so that no
sentence of a story is lost for being short or last.
"""

import re

from retrieval.documents.document import Span
from retrieval.documents.lines import lines
from retrieval.documents.notices import may_hold, notice
from retrieval.documents.sentences import sentences

PHRASES = frozenset(
    phrase.strip()
    for line in """
    about this blog|about us|access more|accessibility help|accessibility links|advanced settings
    advertisement|all news|all rights reserved|also read|back to top|breaking news
    comments|contact us|continue reading|cookie policy|copy link|copyright|download app|editors' picks
    email|facebook|follow us|follow us on|home|instagram|latest news|latest posts|leave a comment|linkedin
    load more|log in|login|main menu|menu|more news|more stories|most popular|most read|navigation
    newsletter|newsletters|next|next article|our newsletters|popular|previous|previous article|print
    print this page|privacy|privacy policy|read also|read more|read next|recommended|register|related
    related articles|related content|related news|related stories|related topics|rss|search|see also
    see more|share|share this|share this article|sign in|sign up|site map|sitemap|skip to content
    skip to main content|skip to navigation|sponsored|subscribe|subscribe now|tags
    telegram|terms and conditions|terms of service|terms of use|top stories|trending|trending now|tweet
    twitter|view all|whatsapp|you may also like|youtube
    """.splitlines()
    for phrase in line.split("|")
    if phrase.strip()
)

FORMS = re.compile(
    r"""
      (?:a|our|the)\ (?:daily|weekly|free)\ newsletter\b .{0,120}
    | get\ (?:our|the)\ .{0,40}newsletter .{0,80}
    | more\ (?:from|on|in)\ .{1,40}
    | more\ .{1,40}\ news
    | more\ .{1,60}\ from\ .{1,40}:
    | (?:©|\(c\)|copyright\b) .{0,120}
    | .{0,80}\ball\ rights\ reserved\b .{0,40}
    | (?:share|follow)\ (?:this|us|on)\b .{0,40}
    | (?:we\ use|this\ (?:web)?site\ uses)\ cookies\b .{0,160}
    | \W* [a-z]{2}-[A-Z]{2}\d* (?:[\s|,]+ [a-z]{2}-[A-Z]{2}\d*)*      # language switch: en-GB1 ru-RU1
    | (?:\d+\ )?comments?(?:\ \d+)?
    | for\ more\ on\ .{1,80}
    | (?:(?:read\ )?more|related|read|full\ story|watch|opinion|live\ updates?|previously)\ ?:\ .{10,160}
    | more\ (?:from|on|about|in)\ .{2,40}:\ ?.{10,160}
    | [►➤▶]\ ?[^:.]{2,60}:.{5,160}
    | [^:.!\n]{5,100}\?\s?:\ .{10,140}
    | .{5,120}\s?(?:>>|»)
    | .{0,60}\bvideo\ ad\ feedback\b .{0,300}
    | .{0,200}\b\d{1,2}:\d\d\ -\ source:\ .{0,300}
    | follow\ .{1,60}\ (?:join|like)\ us\ on\ .{1,60}
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What a label announces: headlines of other articles, until a sentence.
LABEL = re.compile(
    r"(?:read(?:\ more|\ next|\ also)?|related(?:\ \w+)?|more\ .{1,40}\ news|more\ (?:from|on)\ .{1,40}"
    r"|see\ also|you\ may\ also\ like|also\ read|(?:\w+\ ){0,3}top\ stories|most\ read|recommended)\ ?:?",
    re.VERBOSE | re.IGNORECASE,
)
# What stands under it describes the page, not what happened.
ABOUT = re.compile(
    r"about (?:this|the|our) (?:blog|site|website|column|newsletter|podcast|author|writer)s?:?", re.IGNORECASE
)
# "Learn as you go:Walk this way", a label glued to the headline that it stands before.
GLUED = re.compile(r"[^:.!?\n]{2,60}[^\W\d]\??:(?=[A-Z'\"‘“])[^\n]{10,140}")
LONGEST_TEASER = 140
# So many sentences between two notices of one line belong to them.
BETWEEN = 2
SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")


def is_furniture(line: str) -> bool:
    """Whether a line, without the white space around it, is a menu entry or the like."""
    bare = line.strip(" \t•·|>»*-–—:").casefold()
    if not any(map(str.isalnum, bare)) or bare in PHRASES:
        return True
    if GLUED.fullmatch(line) and not line.endswith("."):
        return True
    form = FORMS.fullmatch(line)
    if not form:
        return False
    # A story may well have a sentence "More on that later said the minister."; a newsletter box says so.
    return not SENTENCE_END.search(line) or "newsletter" in bare or "rights reserved" in bare


def furniture(text: str) -> list[Span]:
    """The lines of `text` that belong to the page and not to its story, in order."""
    found: list[Span] = []
    announced = described = False
    for span in lines(text):
        line = text[span.start : span.end]
        if described or ABOUT.fullmatch(line):
            described = not described
            found.append(span)
            continue
        if LABEL.fullmatch(line) and not SENTENCE_END.search(line):
            announced = True
        elif announced and (len(line) > LONGEST_TEASER or SENTENCE_END.search(line)):
            announced = False
        kinds = may_hold(line)
        if announced or is_furniture(line) or notice(line, kinds):
            found.append(span)
        elif kinds:
            found += _notices(text, span, kinds)
    return found


def _notices(text: str, line: Span, kinds: list[str]) -> list[Span]:
    """The parts of a line that speak of the page; all of a line that mostly does."""
    found: list[Span] = []
    asked, behind = 0, BETWEEN + 1
    for sentence in sentences(text, line.start, line.end):
        words = text[sentence.start : sentence.end]
        kind = notice(words, may_hold(words, kinds))
        if not kind:
            behind += 1
            continue
        # What stands between two of them is one too; but a story may show many ways to other pages.
        begin = sentence.start
        if kind in ("subscription", "earnings"):
            asked += sentence.end - sentence.start
        if kind != "way" and found and behind <= BETWEEN:
            begin = found.pop().start
        found.append(Span(begin, sentence.end))
        behind = 0
    return [line] if 2 * asked > line.end - line.start else found
