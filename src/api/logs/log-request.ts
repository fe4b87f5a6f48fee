/** The query of `pods/NAME/log`. Source: kubernetes' pkg/apis/core/validation, ValidatePodLogOptions. */
import { badRequest, invalid, type StatusCause } from '../../errors.ts';
import { forbiddenField, invalidField } from '../../resources/field-errors.ts';
import type { LogOptions } from '../../runtimes/runtime.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { booleanValue, firstValue, integerValue, type Query } from '../query.ts';

export interface LogRequest {
  /** '' where none was named. */
  readonly container: string;
  readonly previous: boolean;
  readonly options: LogOptions;
}

function atLeast(field: string, value: number | undefined, least: 0 | 1): StatusCause[] {
  const rule = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
  return value !== undefined && value < least ? [invalidField(field, value, rule)] : [];
}

function readSinceTime(query: Query): number | undefined {
  const text = firstValue(query, 'sinceTime') ?? '';
  if (text === '') {
    return undefined;
  }
  const time = parseTime(text);
  if (time === undefined) {
    const value = JSON.stringify(text);
    throw badRequest(`parsing time ${value} as "2006-01-02T15:04:05Z07:00": cannot parse ${value}`);
  }
  return time;
}

/** Throws 400 and 422. */
export function readLogRequest(query: Query, pod: string, now: number): LogRequest {
  const tailLines = integerValue(query, 'tailLines');
  const limitBytes = integerValue(query, 'limitBytes');
  const sinceSeconds = integerValue(query, 'sinceSeconds');
  const sinceTime = readSinceTime(query);
  const causes = [
    ...atLeast('tailLines', tailLines, 0),
    ...atLeast('limitBytes', limitBytes, 1),
    ...atLeast('sinceSeconds', sinceSeconds, 1),
  ];
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    causes.push(forbiddenField('', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  }
  if (causes.length > 0) {
    throw invalid({ group: '', kind: 'PodLogOptions' }, pod, causes);
  }
  const since = sinceSeconds === undefined ? sinceTime : now - sinceSeconds * 1_000;
  const previous = booleanValue(query, 'previous') ?? false;
  return {
    container: firstValue(query, 'container') ?? '',
    previous,
    options: {
      follow: booleanValue(query, 'follow') ?? false,
      timestamps: booleanValue(query, 'timestamps') ?? false,
      previous,
      ...(tailLines === undefined ? {} : { tailLines }),
      ...(limitBytes === undefined ? {} : { limitBytes }),
      ...(since === undefined ? {} : { sinceTime: since }),
    },
  };
}
