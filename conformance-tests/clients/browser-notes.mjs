// The example page of notes on a phone and on a desktop, each a browser profile of its own: what is written on one, with
// or without a network, appears on the other.

import assert from 'node:assert/strict';
import { KnownDevices } from 'puppeteer-core';
import { serve } from '../../examples/notes/serve.mjs';
import { openBrowser, POUCHDB } from './lib/browser.mjs';
import { scenario } from './lib/driver.mjs';

const DATABASE = 'notes';

/** Opens the page as on a device of its own and logs in, as a person does. */
async function openDevice(browser, port, server, password, emulated) {
  const page = await (await browser.createBrowserContext()).newPage();
  if (emulated) {
    await page.emulate(emulated);
  }
  await page.goto(`http://127.0.0.1:${port}/`);
  await fill(page, 'url', new URL(DATABASE, server.url).href);
  await fill(page, 'user', server.user);
  await fill(page, 'password', password);
  await page.click('#login button');
  return page;
}

async function fill(page, name, text) {
  await page.$eval(`[name=${name}]`, (input) => { input.value = ''; });
  await page.type(`[name=${name}]`, text);
}

async function note(page, text) {
  await page.type('[name=text]', text);
  await page.click('#add button');
}

const notes = (page) => page.$$eval('#notes li', (items) => items.map((item) => item.textContent));

const shows = (page, texts) => page.waitForFunction(
  (expected) => [...document.querySelectorAll('#notes li')].map((item) => item.textContent).join('|') === expected,
  {},
  texts.join('|'),
);

const says = (page, start) => page.waitForFunction(
  (expected) => document.getElementById('state').textContent.startsWith(expected),
  {},
  start,
);

scenario(async (context) => {
  const page = await serve({ port: 0, address: '127.0.0.1', script: POUCHDB });
  const browser = await openBrowser(context.folder);
  try {
    const { server } = context;
    const phone = await openDevice(browser, page.port, server, server.password, KnownDevices['iPhone 13']);
    const desktop = await openDevice(browser, page.port, server, server.password);
    await Promise.all([says(phone, 'in sync'), says(desktop, 'in sync')]);

    await note(desktop, 'milk');
    await shows(phone, ['milk']);
    await phone.setOfflineMode(true);
    await note(phone, 'written in a tunnel');
    await shows(phone, ['milk', 'written in a tunnel']);
    assert.deepEqual(await notes(desktop), ['milk']);
    await phone.setOfflineMode(false);
    await shows(desktop, ['milk', 'written in a tunnel']);

    const stranger = await openDevice(browser, page.port, server, 'a wrong password');
    await says(stranger, 'refused: Name or password is incorrect');
    assert.deepEqual(await notes(stranger), []);
    return { documents: (await context.database(DATABASE).info()).doc_count };
  } finally {
    await browser.close();
    page.close();
  }
});
