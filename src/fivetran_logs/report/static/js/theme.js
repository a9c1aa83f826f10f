// Colours: those of the system, or light or dark by choice. First of all scripts, so that nothing is shown in the other ones before.

function setTheme(theme) {
  document.documentElement.setAttribute('data-theme', theme);
  for (const button of document.querySelectorAll('[data-choose-theme]')) button.setAttribute('aria-pressed', String(button.dataset.chooseTheme === theme));
}

for (const button of document.querySelectorAll('[data-choose-theme]')) {
  button.addEventListener('click', () => {
    setTheme(button.dataset.chooseTheme);
    try { localStorage.setItem('fivetran-report-theme', button.dataset.chooseTheme); } catch { /* a file opened from a mail may not store */ }
  });
}
try { setTheme(localStorage.getItem('fivetran-report-theme') || 'auto'); } catch { setTheme('auto'); }
