/**
 * One object for equal sets of labels: the pods of a workload have the same ones. Less memory, and who selects pods
 * asks once about a set instead of once about each pod.
 */
type Labels = Readonly<Record<string, string>>;

/** Beyond it all are forgotten, so that labels of their own each (Indexed Jobs) do not gather. */
const MAX_SETS = 10_000;
/** Characters of JSON: labels have no limit, and 10,000 long sets of pods that are gone would be kept. */
const MAX_LENGTH = 1_000;

const known = new Map<string, Labels>();

/** The same object as before for labels that are the same; nobody changes it. */
export function sharedLabels(labels: Labels): Labels {
  const text = JSON.stringify(labels);
  const found = known.get(text);
  if (found !== undefined || text.length > MAX_LENGTH) {
    return found ?? labels;
  }
  if (known.size >= MAX_SETS) {
    known.clear();
  }
  known.set(text, labels);
  return labels;
}
