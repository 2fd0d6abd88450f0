"""Look at a page the way axe, the console and a narrow screen do."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page

AXE = (Path(settings.BASE_DIR) / "core/tests/vendor/axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, DESK, NARROWEST = (360, 740), (1280, 800), (320, 640)
FACES = {"our face": "", "a wide face": "sans-serif"}
"""What `--font` is set to. The browser of these tests knows no other sans-serif than DejaVu, 15 % wider than ours."""
TEXT_SIZES = ("100%", "200%")


class Inspector:
    """Collects what is wrong on the pages that `page` shows, each as a line that says where."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        self.expected_status = 200
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: script error: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        """A refused form is 422, which the console calls an error wherever the page only shows the form again."""
        is_expected = self.expected_status != 200 or "status of 422" in message.text
        if message.type == "error" and not (is_expected and message.text.startswith("Failed to load resource")):
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
        self.page.evaluate(AXE)
        for size in (DESK, PHONE):
            self._resize(size)
            self.problems += [f"{path} at {size[0]} px: {problem}" for problem in self._violations()]
        self._resize(NARROWEST)
        for face, font in FACES.items():
            for text_size in TEXT_SIZES:
                excess = self._excess_width(font, text_size)
                if excess > 0:
                    self.problems.append(f"{path}: scrolls {excess} px sideways at 320 px in {face}, text at {text_size}")
        self._excess_width("", "")

    def _resize(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def _excess_width(self, font: str, size: str) -> int:
        """By how many pixels the page is wider than the window, once its text is drawn so. Empty: as the page says."""
        excess: int = self.page.evaluate(
            "async ([font, size]) => { const root = document.documentElement;"
            " root.style.setProperty('--font', font); root.style.fontSize = size;"
            " await document.fonts.ready;"
            " return root.scrollWidth - root.clientWidth }",
            [font, size],
        )
        return excess

    def _violations(self) -> list[str]:
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
            ".then(result => result.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | ')))",
            TAGS,
        )
        return [str(violation) for violation in found]
