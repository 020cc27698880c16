/** Says when its first statement runs, in milliseconds since the page was asked for. */
document.documentElement.dataset.start = String(performance.now());
