(() => {
  "use strict";
  const LEAD_MS = 3000; // a moment is played from three seconds before it
  const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
  const audio = document.querySelector("audio");
  const wave = document.querySelector(".wave");
  const needle = document.querySelector(".needle");
  const now = document.getElementById("now");
  const play = document.querySelector(".play");
  const speed = document.querySelector(".speed");
  const talk = document.getElementById("talk");
  const duration = Number(wave.dataset.duration);
  const moments = [...document.querySelectorAll(".moment")];
  const rows = [...document.querySelectorAll(".row[data-start]")].map(row => ({
    row,
    start: Number(row.dataset.start),
    end: Number(row.dataset.end),
  }));
  let current = -1;
  let playing = [];
  let here = rows[0];
  let atMs = 0;

  const clock = ms => {
    const seconds = Math.floor(ms / 1000);
    return String(Math.floor(seconds / 60)).padStart(2, "0") + ":" + String(seconds % 60).padStart(2, "0");
  };

  const draw = ms => {
    atMs = ms;
    const x = (100 * ms) / duration + "%";
    needle.setAttribute("x1", x);
    needle.setAttribute("x2", x);
    now.textContent = clock(ms);
    for (const one of playing) one.row.classList.remove("playing");
    playing = rows.filter(one => ms >= one.start && ms < one.end);
    for (const one of playing) one.row.classList.add("playing");
    // Beside the moments the transcript scrolls by itself; elsewhere this does nothing.
    const next = playing[0] || rows.find(one => one.start >= ms);
    if (next && next !== here) {
      here = next;
      talk.scrollTop = next.row.offsetTop - talk.clientHeight / 3;
    }
  };

  // A pause that comes before the sound has started is no fault.
  const listen = () => audio.play().catch(() => undefined);

  const seek = (ms, start) => {
    const at = Math.min(Math.max(0, ms), duration);
    draw(at);
    if (!audio || at / 1000 > audio.duration) return; // a long call's sound may end before the call
    audio.currentTime = at / 1000;
    if (start) listen();
  };

  const show = index => {
    if (!moments.length) return;
    if (moments[current]) moments[current].classList.remove("current");
    current = (index + moments.length) % moments.length;
    const moment = moments[current];
    moment.classList.add("current");
    moment.focus({ preventScroll: true });
    moment.scrollIntoView({ block: "start" });
    seek(Number(moment.dataset.start) - LEAD_MS, true);
  };

  const toggle = () => {
    if (audio) audio.paused ? listen() : audio.pause();
  };

  const change = by => {
    if (!audio) return;
    const next = SPEEDS.indexOf(audio.playbackRate) + by;
    audio.playbackRate = SPEEDS[(next + SPEEDS.length) % SPEEDS.length];
    speed.textContent = audio.playbackRate + "×";
  };

  if (audio) {
    audio.addEventListener("timeupdate", () => draw(audio.currentTime * 1000));
    audio.addEventListener("play", () => (play.textContent = play.dataset.pause));
    audio.addEventListener("pause", () => (play.textContent = play.dataset.play));
    play.addEventListener("click", toggle);
    speed.addEventListener("click", () => change(1));
  }

  document.addEventListener("click", event => {
    const link = event.target.closest("a[href^='#m']");
    if (link && /^#m\d+$/.test(link.getAttribute("href"))) {
      event.preventDefault();
      show(Number(link.getAttribute("href").slice(2)) - 1);
      return;
    }
    const row = event.target.closest(".row[data-start]");
    if (row && String(getSelection()) === "") seek(Number(row.dataset.start), true);
    if (event.target.closest(".wave")) {
      const box = wave.getBoundingClientRect();
      seek(((event.clientX - box.left) / box.width) * duration, false);
    }
  });

  const keys = {
    " ": toggle,
    j: () => show(current + 1),
    k: () => show(current < 0 ? -1 : current - 1),
    ArrowLeft: () => seek(atMs - LEAD_MS, false),
    ArrowRight: () => seek(atMs + LEAD_MS, false),
    ".": () => change(1),
    ",": () => change(-1),
  };

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || (event.key === " " && event.target.closest("button, a"))) return;
    event.preventDefault();
    act();
  });

  draw(0);
})();
