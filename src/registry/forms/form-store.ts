/**
 * forms/: second forms of stored kinds (`second-form.ts`), between the verbs and the store: the verbs see a kind like any
 * other, the store sees the kind that is stored. Kinds without a second form pass through untouched.
 */
import type { ChangeFeed, ListPage, ListStream, ObjectStore, Write } from '../../storage/object-store.ts';
import type { ResourceId } from '../../storage/stored-object.ts';
import { type Form, objectHere, queryThere, refHere, textHere, writeThere } from './convert.ts';
import { formFeed } from './form-feed.ts';

const pageHere = (form: Form, page: ListPage): ListPage => ({
  ...page,
  items: page.items.map((item) => objectHere(form, item)),
});

function streamHere(form: Form, { items, rest, ...page }: ListStream): ListStream {
  const here = items.map((item) => textHere(form, item));
  return rest === undefined ? { ...page, items: here } : { ...page, items: here, rest: restHere(form, rest) };
}

async function* restHere(form: Form, rest: NonNullable<ListStream['rest']>): NonNullable<ListStream['rest']> {
  for await (const items of rest) {
    yield items.map((item) => textHere(form, item));
  }
}

export function formStore(objects: ObjectStore, forms: ReadonlyMap<ResourceId, Form>): ObjectStore {
  const there = (write: Write): Write => {
    const form = forms.get(write.resource);
    return form === undefined ? write : writeThere(form, write);
  };
  return {
    commit: (write) => objects.commit(there(write)),
    commitAll: (writes) => objects.commitAll(writes.map(there)),
    commitTogether: (writes, dryRun) => objects.commitTogether(writes.map(there), dryRun),
    async get(resource, namespace, name) {
      const form = forms.get(resource);
      const stored = await objects.get(form?.storedId ?? resource, namespace, name);
      return form === undefined || stored === undefined ? stored : objectHere(form, stored);
    },
    async getMany(resource, keys) {
      const form = forms.get(resource);
      const found = await objects.getMany(form?.storedId ?? resource, keys);
      return form === undefined ? found : found.map((stored) => objectHere(form, stored));
    },
    async list(query) {
      const form = forms.get(query.resource);
      return form === undefined ? objects.list(query) : pageHere(form, await objects.list(queryThere(form, query)));
    },
    async listStream(query, signal) {
      const form = forms.get(query.resource);
      return form === undefined
        ? objects.listStream(query, signal)
        : streamHere(form, await objects.listStream(queryThere(form, query), signal));
    },
    async listAt(query, revision, counts) {
      const form = forms.get(query.resource);
      if (form === undefined) {
        return objects.listAt(query, revision, counts);
      }
      const page = await objects.listAt(queryThere(form, query), revision, counts);
      return { ...page, items: page.items.map((item) => objectHere(form, item)) };
    },
    async listRefs(query) {
      const form = forms.get(query.resource);
      if (form === undefined) {
        return objects.listRefs(query);
      }
      const { items, ...page } = await objects.listRefs(queryThere(form, query));
      return { ...page, items: items.map((ref) => refHere(form, ref)) };
    },
    locate: (uids) => objects.locate(uids),
    dependentsOf: (uids, page) => objects.dependentsOf(uids, page),
    claimedByOthers: (resource, claims, holder) =>
      objects.claimedByOthers(forms.get(resource)?.storedId ?? resource, claims, holder),
    currentRevision: () => objects.currentRevision(),
  };
}

/** Both seen through the forms of `forms`. */
export const throughForms = (
  { objects, feed }: { readonly objects: ObjectStore; readonly feed: ChangeFeed },
  forms: ReadonlyMap<ResourceId, Form>,
): { objects: ObjectStore; feed: ChangeFeed } =>
  forms.size === 0 ? { objects, feed } : { objects: formStore(objects, forms), feed: formFeed(feed, forms) };
