// Covers the page after idle time and asks for the personal code. What was typed stays beneath.
// The server locks by itself; this keeps the screen from showing a record to whoever walks by.
(() => {
  const screen = document.getElementById("lock-screen");
  const form = document.getElementById("lock-form");
  const code = document.getElementById("lock-pin");
  const wrong = document.getElementById("lock-wrong");
  const silent = document.getElementById("lock-silent");
  const idleMs = Number(screen.dataset.idleMinutes) * 60000;
  const awake = screen.dataset.awake;
  const tellMs = Math.min(60000, idleMs / 4);
  const key = "mesoplan-last-touch"; // shared by the tabs of a browser
  let told = Date.now(); // the page itself was asked for just now
  let locked = false;

  const lastTouch = () => Number(localStorage.getItem(key)) || told;

  function lock() {
    if (locked) return;
    locked = true;
    document.body.classList.add("locked");
    screen.showModal();
    code.focus();
  }

  function open() {
    locked = false;
    told = Date.now();
    localStorage.setItem(key, String(told));
    code.value = "";
    wrong.hidden = silent.hidden = true;
    screen.close();
    document.body.classList.remove("locked");
  }

  // 204: awake. Anything else that came by a redirection: locked, or signed out.
  function judge(response) {
    const path = new URL(response.url).pathname;
    if (response.redirected && path.startsWith("/accounts/")) location.assign(path);
    else if (path !== awake) lock();
    return response.status === 204 && path === awake;
  }

  function touched() {
    if (locked) return;
    const now = Date.now();
    if (now - lastTouch() > idleMs) return check();
    localStorage.setItem(key, String(now));
    if (now - told < tellMs) return;
    told = now;
    fetch(awake, { credentials: "same-origin" }).then(judge, () => {});
  }

  function check() {
    const now = Date.now();
    if (now - lastTouch() > idleMs || now < lastTouch() - 120000) lock();
  }

  localStorage.setItem(key, String(told));
  for (const name of ["pointerdown", "keydown", "input", "scroll"])
    addEventListener(name, touched, { passive: true, capture: true });
  for (const name of ["visibilitychange", "pageshow", "focus"]) addEventListener(name, check);
  setInterval(check, 1000);

  screen.addEventListener("cancel", (event) => event.preventDefault());
  screen.addEventListener("close", () => locked && screen.showModal());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.hidden = silent.hidden = true;
    const body = new URLSearchParams(new FormData(form));
    code.disabled = true;
    try {
      const response = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (response.status === 401 || response.status === 403) location.assign(screen.dataset.login);
      else if (judge(response)) open();
      wrong.hidden = response.status !== 422;
      silent.hidden = response.status < 500;
    } catch {
      silent.hidden = false;
    }
    code.value = "";
    code.disabled = false;
    if (locked) code.focus();
  });
})();
