// Looks at the server now and then: what it serves, whether it has read that anew, and whether it is there.

const PAUSE = 2000; // milliseconds
const MISSES = 2; // in a row, until the server counts as gone

export async function readSite() {
  const response = await fetch("/_cors/site.json");
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  return response.json();
}

// Calls changed(site) with another reading, gone() when the server is there no more, and back() when it is again.
export async function follow(site, { changed, gone, back }) {
  let reading = site.reading;
  let misses = 0;
  for (;;) {
    await new Promise((done) => setTimeout(done, PAUSE));
    if (document.hidden) continue;
    try {
      const now = await readSite();
      const isBack = misses >= MISSES;
      misses = 0;
      // Another server counts its readings from the beginning.
      if (isBack || now.reading !== reading) changed(now);
      reading = now.reading;
      if (isBack) back();
    } catch {
      misses += 1;
      if (misses === MISSES) gone();
    }
  }
}
