// The report's player: one button, one position, and every turn a place to play from.
(() => {
  "use strict";
  const audio = document.getElementById("audio");
  if (!audio) return;
  const play = document.getElementById("play");
  const wave = document.getElementById("wave");
  const position = document.getElementById("position");
  const now = document.getElementById("now");
  const clock = document.getElementById("clock");
  const turns = [...document.querySelectorAll("article[data-seek]")];

  const asClock = (seconds) =>
    `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const total = asClock(Number(position.max));

  const show = () => {
    const seconds = audio.currentTime;
    now.textContent = asClock(seconds);
    position.value = String(seconds);
    position.setAttribute("aria-valuetext", `${asClock(seconds)} of ${total}`);
    wave.style.setProperty("--played", `${(100 * seconds) / Number(position.max)}%`);
    let current = null;
    for (const turn of turns) if (Number(turn.dataset.seek) <= seconds + 0.05) current = turn;
    for (const turn of turns) turn.classList.toggle("playing", turn === current && !audio.paused);
  };
  const each = () => {
    show();
    if (!audio.paused) requestAnimationFrame(each);
  };
  const start = () => audio.play().catch(() => {}); // refused: the button still says "Play"

  const fromTurn = (event) => {
    const place = event.target.closest("[data-seek]");
    const inside = event.target.closest("a, summary, details, input");
    if (!place || inside || String(getSelection())) return;
    audio.currentTime = Number(place.dataset.seek);
    show();
    start();
  };

  audio.controls = false;
  audio.hidden = true;
  for (const part of [play, wave, clock]) part.hidden = false;
  play.addEventListener("click", () => (audio.paused ? start() : audio.pause()));
  position.addEventListener("input", () => {
    audio.currentTime = Number(position.value);
    show();
  });
  position.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2 }[event.key];
    if (!step) return; // Home, End, Page Up and Page Down are the browser's
    event.preventDefault();
    audio.currentTime = Math.max(0, audio.currentTime + step);
    show();
  });
  audio.addEventListener("play", () => {
    play.setAttribute("aria-label", "Pause");
    each();
  });
  audio.addEventListener("pause", () => {
    play.setAttribute("aria-label", "Play");
    show();
  });
  audio.addEventListener("seeked", show);
  document.addEventListener("click", fromTurn);
  show();
})();
