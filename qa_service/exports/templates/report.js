(() => {
  "use strict";
  const LEAD_MS = 3000; // a moment is played from three seconds before it
  const audio = document.querySelector("audio");
  const wave = document.querySelector("svg.wave");
  const needle = document.querySelector(".needle");
  const now = document.getElementById("now");
  const play = document.querySelector(".play");
  const speed = document.querySelector(".speed");
  const bubbles = [...document.querySelectorAll(".bubble")];
  const moments = [...document.querySelectorAll(".moment")];
  const duration = Number(wave.dataset.duration);
  const speeds = [1, 1.25, 1.5, 2, 0.75];
  let current = -1;

  const clock = ms => {
    const seconds = Math.floor(ms / 1000);
    return String(Math.floor(seconds / 60)).padStart(2, "0") + ":" + String(seconds % 60).padStart(2, "0");
  };
  const draw = ms => {
    const x = (ms / duration) * wave.viewBox.baseVal.width;
    needle.setAttribute("x1", x);
    needle.setAttribute("x2", x);
    now.textContent = clock(ms);
    for (const bubble of bubbles) {
      bubble.classList.toggle("playing", ms >= +bubble.dataset.start && ms < +bubble.dataset.end);
    }
  };
  const seek = (ms, start) => {
    const at = Math.min(Math.max(0, ms), duration);
    draw(at);
    if (!audio) return;
    audio.currentTime = at / 1000;
    if (start) audio.play();
  };
  const show = index => {
    if (!moments.length) return;
    current = (index + moments.length) % moments.length;
    moments[current].scrollIntoView({ block: "center" });
    moments[current].querySelector("button").focus({ preventScroll: true });
    seek(+moments[current].dataset.start - LEAD_MS, true);
  };
  const toggle = () => audio && (audio.paused ? audio.play() : audio.pause());
  const faster = () => {
    if (!audio) return;
    audio.playbackRate = speeds[(speeds.indexOf(audio.playbackRate) + 1) % speeds.length];
    speed.textContent = audio.playbackRate + "×";
  };

  if (audio) {
    audio.addEventListener("timeupdate", () => draw(audio.currentTime * 1000));
    audio.addEventListener("play", () => { play.textContent = play.dataset.pause; });
    audio.addEventListener("pause", () => { play.textContent = play.dataset.play; });
    play.addEventListener("click", toggle);
    speed.addEventListener("click", faster);
  }
  wave.addEventListener("click", event => {
    const box = wave.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * duration, false);
  });
  for (const bubble of bubbles) bubble.addEventListener("click", () => seek(+bubble.dataset.start, true));
  moments.forEach((moment, index) => moment.querySelector("button").addEventListener("click", () => show(index)));
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inButton = event.target.closest("button");
    const keys = {
      " ": () => { if (!inButton) toggle(); },
      j: () => show(current + 1),
      k: () => show(current - 1),
      ArrowLeft: () => audio && seek(audio.currentTime * 1000 - LEAD_MS, false),
      ArrowRight: () => audio && seek(audio.currentTime * 1000 + LEAD_MS, false),
      ".": faster,
    };
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    if (!(event.key === " " && inButton)) event.preventDefault();
    act();
  });
  draw(0);
})();
