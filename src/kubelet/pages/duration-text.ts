/** As Go prints a duration of whole seconds, and as KubeletConfiguration writes them: `10s`, `5m0s`, `4h0m0s`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms) / 1_000;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const rest = `${Math.round((seconds - minutes * 60) * 1_000) / 1_000}s`;
  return hours > 0 ? `${hours}h${minutes % 60}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}
