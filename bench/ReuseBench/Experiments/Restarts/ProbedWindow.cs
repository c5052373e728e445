using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>What a trial does while probes run: some before, the act, some after. Who had the CPUs meanwhile is read around all of it.</summary>
/// <param name="context">The repeat.</param>
/// <param name="lead">Probes before the act.</param>
/// <param name="tail">Probes after it.</param>
/// <param name="toLower">The settings by which the probes' record becomes shorter.</param>
internal sealed class ProbedWindow(RepeatContext context, Duration lead, Duration tail, string toLower)
{
    /// <param name="probes">A swarm that waits for its target; it has ended on return.</param>
    /// <param name="target">That it probes.</param>
    /// <param name="read">Reads the CPUs.</param>
    /// <param name="act">Runs once, on a thread of the server's CPUs.</param>
    /// <exception cref="OperationCanceledException">The run is being ended.</exception>
    /// <exception cref="RepeatFailedException">The swarm did not begin, or its record was too short.</exception>
    public (T Done, LoadDocument Swarm, CpuShares Others) Run<T>(ISwarm probes, ServerReady target, Func<CpuReading> read, Func<T> act)
        where T : class
    {
        T? done = null;
        CpuReading? begin = null;
        CpuReading? end = null;
        using CancellationTokenRegistration registration = context.Cancel.Register(probes.Terminate);
        probes.Aim(target);
        LoadDocument document = probes.Follow(signal =>
        {
            if (signal.Signal == LoadSignal.Begin && done is null)
            {
                // What this thread does from here on (looking at /proc, starting a process) is to hold up no probe.
                using ThreadPin pin = ThreadPin.To(context.Cpus.Server);
                begin = read();
                Sleep(lead);
                done = act();
                Sleep(tail);
                end = read();
                probes.Terminate();
            }
        });
        context.Cancel.ThrowIfCancellationRequested();
        if (done is null || begin is null || end is null)
        {
            throw new RepeatFailedException("the swarm did not mark the beginning of its window");
        }

        if (document.Attempts?.Dropped > 0)
        {
            throw new RepeatFailedException(
                $"{document.Attempts.Dropped} attempts no longer fitted the record, so that neither gap nor losses are known; lower {toLower}");
        }

        // Those of other hosts have CPUs of theirs.
        Dictionary<int, long> clients = document.ClientThreadDetails.Where(t => t.Cpu is not null && context.ServerAddress is null).GroupBy(t => t.Cpu!.Value)
            .ToDictionary(threads => threads.Key, threads => (long)(threads.Sum(t => t.CpuS) * 1e9));
        return (done, document, CpuShares.Between(begin, end, clients, context.Traits.Interrupts));
    }

    private void Sleep(Duration duration) => context.Cancel.WaitHandle.WaitOne(duration.ToTimeSpan());
}
