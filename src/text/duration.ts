/** Milliseconds as people read them: `0.4 s`, `1 min 05 s`, `2 h 05 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const tenths = Math.round(milliseconds / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  if (hours < 24) return `${hours} h ${twoDigits(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
