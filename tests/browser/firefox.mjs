/**
 * The main path in Firefox: lessons, a wrong exam, another one, resuming, leaving. Prints what was seen as JSON.
 *
 * node firefox.mjs <firefox> <address of the LMS>
 */

import puppeteer from "puppeteer-core";

const [executablePath, address] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const problems = [];
let page;
let frame;

async function open() {
  page = await browser.newPage();
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(address);
  await page.waitForFunction("window.isReady && frames[0]?.document.documentElement?.classList.contains('is-ready')");
  frame = page.frames().find((one) => one.url().includes("/pkg/"));
}

const seen = (expression) => frame.evaluate(expression);
const heading = () => seen("document.querySelector('.screen:not([hidden]) > h2, .screen:not([hidden]) .hero h2').textContent");
const kind = () => seen("document.querySelector('.screen:not([hidden])').dataset.screen");

/** Click as a person does: where the button is, by its words. */
async function press(words) {
  const found = await frame.waitForFunction(
    (wanted) => [...document.querySelectorAll("button")].find((one) => one.checkVisibility() && [one.ariaLabel, one.textContent.trim()].includes(wanted)),
    { timeout: 10_000 },
    words,
  );
  await found.asElement().scrollIntoView();
  await found.asElement().click();
}

async function answer(key, right) {
  const ids = await frame.evaluate(
    (wanted, isRight) => {
      const data = JSON.parse(document.getElementById("_course-data").textContent);
      const all = [...data.lessons.flatMap((one) => one.practice), ...data.exam.pools.flatMap((one) => one.questions)];
      const { options: every, solution } = all.find((one) => one.key === wanted);
      const options = every.filter(({ id }) => solution.right.includes(id) === isRight);
      return options.slice(0, isRight ? 9 : 1).map((one) => one.id);
    },
    key,
    right,
  );
  for (const id of ids) {
    const input = await frame.waitForSelector(`form[data-question="${key}"] [data-option="${id}"] input`, { visible: true });
    await input.scrollIntoView();
    await input.click();
  }
}

async function doLessons() {
  await press("Start");
  while ((await kind()) !== "exam") {
    const keys = await seen("[...document.querySelectorAll('.screen:not([hidden]) form.question')].map((one) => one.dataset.question)");
    for (const key of keys) {
      await answer(key, true);
      const check = await frame.waitForSelector(`form[data-question="${key}"] [data-check]`);
      await check.scrollIntoView();
      await check.click();
    }
    await press("Continue");
  }
}

async function doExam(right) {
  while (!(await seen("Boolean(document.querySelector('.review'))"))) {
    const key = await seen("document.querySelector('[data-part=work] form.question').dataset.question");
    await answer(key, right);
    await press((await seen("[...document.querySelectorAll('[data-part=work] button')].some((one) => one.textContent === 'Next question')")) ? "Next question" : "Review your answers");
  }
  await press("Submit my answers");
}

const result = {};
try {
  await open();
  await doLessons();
  await press("Start the exam");
  await doExam(false);
  result.afterFail = await seen("document.querySelector('.work-title').textContent");
  await press("Try the exam again");
  const key = await seen("document.querySelector('[data-part=work] form.question').dataset.question");
  await answer(key, true);
  await page.close();
  await open();
  result.resumedAt = await heading();
  await press("Continue the exam");
  await press("Review your answers");
  await press("Change");
  result.kept = await seen("[...document.querySelectorAll('[data-part=work] input:checked')].length > 0");
  await doExam(true);
  result.afterPass = await seen("document.querySelector('.work-title').textContent");
  await press("Save and exit");
  result.closed = await seen("document.querySelector('#_main h2').textContent");
  result.refused = await page.evaluate("window.refused");
} finally {
  result.problems = problems;
  process.stdout.write(JSON.stringify(result));
  await browser.close();
}
