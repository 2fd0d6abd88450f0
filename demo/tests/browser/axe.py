"""Look at a page the way axe, the console and a narrow screen do."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page

AXE = (Path(settings.BASE_DIR) / "core/tests/vendor/axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESK, NARROWEST = (360, 740), (1280, 800), (320, 640)
FACES = {"our face": "", "a wide face": "sans-serif"}
"""What `--font` is set to. The browser of these tests knows no other sans-serif than DejaVu, 15 % wider than ours."""
TEXT_SIZES = (100, 130, 200)
"""Per cent of the browser's own size of text, as people set it in their browser."""
WAYS_OUT = """() => {
  window.scrollTo({top: document.documentElement.scrollHeight, behavior: "instant"});
  const lost = [...document.querySelectorAll(".strip-actions :is(a, button)")].filter(way => {
    const box = way.getBoundingClientRect();
    const inside = box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
    const met = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return !inside || !way.contains(met) || box.height < 44;
  }).map(way => way.innerText);
  window.scrollTo({top: 0, behavior: "instant"});
  return lost;
}"""
"""The names of the ways out of a page scrolled to its end that are off the screen, under something else, or too small."""


WORDS = """() => [...document.querySelectorAll("form[method=post] :is(textarea, input[type=text], input[type=email])")]
  .filter(field => field.name)
  .map(({name, form}) => {
    const marks = [...form.querySelectorAll("[name=written_in]")].map(mark => mark.value.split(" ")[0]);
    return [name, new URL(form.getAttribute("action") || "", location.href).pathname, marks.includes(name)];
  })
  .filter(([name, path]) => !path.startsWith("/account/"))"""
"""Each field for words of a form of ours: its name, where the form goes, and whether it is marked for `core.typed`."""


REPLACED = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx writes of a request that it gave up for the next one. One that fails says `htmx:sendError` beside the first."""


class Inspector:
    """Collects what is wrong on the pages that `page` shows, each as a line that says where."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        self.words_go_to: set[str] = set()
        self.expected_status = 200
        self.browser = page.context.new_cdp_session(page)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: script error: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        """A refused form is 422, which the console calls an error wherever the page only shows the form again; htmx calls one
        that a request takes the place of another that is still on its way."""
        is_expected = self.expected_status != 200 or "status of 422" in message.text
        is_refused = is_expected and message.text.startswith("Failed to load resource")
        if message.type == "error" and not is_refused and not message.text.startswith(REPLACED):
            self.problems.append(f"{self.page.url}: console: {message.text}")

    def visit(self, path: str, status: int = 200) -> None:
        """Open the page and check it: status, one h1, axe on a desk and a phone, no sideways scrolling at 320 px."""
        self.expected_status = status
        self._resize(DESK)
        response = self.page.goto(path)
        if response is None or response.status != status:
            self.problems.append(f"{path}: answered {response.status if response else 'nothing'}, not {status}")
            return
        self.look(path)

    def look(self, path: str) -> None:
        """Check the page as it stands, whatever has been done on it."""
        headings = self.page.locator("h1").count()
        if headings != 1:
            self.problems.append(f"{path}: has {headings} h1")
        for name, form, is_marked in self.page.evaluate(WORDS):
            self.words_go_to.add(form)
            self.problems += [] if is_marked else [f"{path}: what is written in {name!r} is lost when it is refused"]
        self.page.evaluate(AXE)
        for size in (DESK, PHONE):
            self._resize(size)
            self.problems += [f"{path} at {size[0]} px: {problem}" for problem in self._violations()]
        self._resize(NARROWEST)
        for face, font in FACES.items():
            for percent in TEXT_SIZES:
                self._draw(font, percent)
                self.problems += [f"{path}: {found} at 320 px in {face}, text at {percent} %" for found in self._out_of_place()]
        self._draw("", 100)

    def _resize(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")  # nothing stands under the strip

    def _draw(self, font: str, percent: int) -> None:
        """With this face (empty: the page's own) and text of this size."""
        self.browser.send("Page.setFontSizes", {"fontSizes": {"standard": 16 * percent // 100, "fixed": 13 * percent // 100}})
        set_face = "async font => { document.documentElement.style.setProperty('--font', font); await document.fonts.ready }"
        self.page.evaluate(set_face, font)

    def _out_of_place(self) -> list[str]:
        excess = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = [f"scrolls {excess} px sideways"] if excess > 0 else []
        return found + [f"{way!r} is out of reach" for way in self.page.evaluate(WAYS_OUT)]

    def _violations(self) -> list[str]:
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
            ".then(result => result.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | ')))",
            TAGS,
        )
        return [str(violation) for violation in found]
