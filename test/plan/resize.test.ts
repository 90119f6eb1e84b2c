import { describe, expect, it } from 'vitest';
import { TINY_SIZE } from '../../scaler/placeholder/size.ts';
import { ofSize, plan, requestsOf, told } from '../support/planned.ts';
import { aManifest, served } from '../support/served.ts';

describe('a change of size', () => {
  const watched = served(aManifest());

  it.each<[string, string, string, string[] | undefined]>([
    ['up to 2 % is left alone', '7.14', '57Gi', undefined],
    ['down to 2 % less is left alone', '6860m', '57Gi', undefined],
    ['above 2 % goes out', '7.15', '57Gi', ['resize']],
    ['of memory alone goes out', '7', '50Gi', ['resize']],
  ])('%s', (_, cpu, memory, why) => {
    expect(told({ wanted: aManifest(ofSize(cpu, memory)), watched })?.why).toEqual(why);
  });

  it('that adds or drops a resource goes out', () => {
    const withGpu = aManifest({ size: { requests: { cpu: '7', memory: '57Gi', 'nvidia.com/gpu': '1' } } });
    expect(told({ wanted: withGpu, watched })?.why).toEqual(['resize']);
    expect(told({ watched: served(withGpu) })?.why).toEqual(['resize']);
  });

  it('waits while a booking is active, and says from what to what', () => {
    const wanted = aManifest(ofSize('3', '20Gi'));
    expect(plan({ wanted, watched, bookingActive: true })).toEqual({
      resizeWaits: { from: { cpu: '7', memory: '57Gi' }, to: { cpu: '3', memory: '20Gi' } },
      problems: [],
    });
    expect(plan({ wanted, watched, bookingActive: false })).toMatchObject({ change: { why: ['resize'] } });
  });

  it('that waits does not hold up the count: the apply carries the size that is there', () => {
    const { change, resizeWaits } = plan({
      count: 3,
      wanted: aManifest(ofSize('3', '20Gi')),
      watched,
      bookingActive: true,
    });
    expect(change).toMatchObject({ why: ['scale'], from: 1, to: 3 });
    expect(requestsOf(change?.manifest)).toEqual({ cpu: '7', memory: '57Gi' });
    expect(resizeWaits?.to).toEqual({ cpu: '3', memory: '20Gi' });
  });

  it('too small to matter is not smuggled in with the count', () => {
    const { change, resizeWaits } = plan({ count: 3, wanted: aManifest(ofSize('7.1', '57Gi')), watched });
    expect(change).toMatchObject({ why: ['scale'] });
    expect(requestsOf(change?.manifest)).toEqual({ cpu: '7', memory: '57Gi' });
    expect(resizeWaits).toBeUndefined();
  });

  it('does not wait when nothing runs that it could roll', () => {
    const asleep = served(aManifest({ replicas: 0 }));
    const wanted = aManifest(ofSize('3', '20Gi'));
    const { change, resizeWaits } = plan({ count: 3, wanted, watched: asleep, bookingActive: true });
    expect(change).toMatchObject({ why: ['scale', 'resize'], from: 0, to: 3 });
    expect(requestsOf(change?.manifest)).toEqual({ cpu: '3', memory: '20Gi' });
    expect(resizeWaits).toBeUndefined();
  });

  it('does not wait when the size is the tiny one of a pool that never had a node: it holds no room', () => {
    const tiny = served(aManifest({ replicas: 3, size: { requests: TINY_SIZE } }));
    expect(told({ count: 3, watched: tiny, bookingActive: true })?.why).toEqual(['resize']);
  });

  it('does not wait when all placeholders go anyway', () => {
    const wanted = aManifest(ofSize('3', '20Gi'));
    expect(told({ count: 0, wanted, watched, bookingActive: true })?.why).toEqual(['scale', 'resize']);
  });

  it('never changes the manifest it was given', () => {
    const wanted = aManifest(ofSize('3', '20Gi'));
    plan({ count: 3, wanted, watched, bookingActive: true });
    expect(wanted).toEqual(aManifest(ofSize('3', '20Gi')));
  });
});
