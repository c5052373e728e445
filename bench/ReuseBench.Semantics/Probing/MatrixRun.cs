using System.Collections.Concurrent;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Model;

namespace ReuseBench.Semantics.Probing;

/// <summary>Probes cases, each thread in a network namespace of its own where the rights allow it.</summary>
public sealed class MatrixRun(Rights rights)
{
    private const int ThreadsPerCpu = 2;

    /// <summary>Probes all cases, several side by side.</summary>
    /// <returns>One outcome for each case, in the order of the cases.</returns>
    public IReadOnlyList<Outcome> Run(IReadOnlyList<SemanticCase> cases)
    {
        Outcome[] outcomes = new Outcome[cases.Count];
        ConcurrentQueue<int> onLoopback = new();
        ConcurrentQueue<int> onDevices = new();
        for (int i = 0; i < cases.Count; i++)
        {
            if (WhyNot(cases[i]) is { } reason)
            {
                outcomes[i] = NotTried(cases[i], reason);
            }
            else
            {
                (cases[i].Device == DeviceBinding.None ? onLoopback : onDevices).Enqueue(i);
            }
        }

        int loopbackThreads = Environment.ProcessorCount * ThreadsPerCpu;
        List<ProbeWorker> workers =
        [
            new(ProbeSite.CreateWithDevices, onDevices, cases, outcomes),
            .. Enumerable.Range(0, loopbackThreads).Select(_ => new ProbeWorker(CreateLoopbackSite, onLoopback, cases, outcomes)),
        ];
        Task.WaitAll(workers.Select(w => Task.Run(() => DedicatedThread.Run(() =>
        {
            w.Work();
            return 0;
        }))));
        return outcomes;
    }

    /// <summary>Probes one case and writes down its system calls.</summary>
    internal Outcome Trace(SemanticCase c, CallTrace trace) => WhyNot(c) is { } reason
        ? NotTried(c, reason)
        : DedicatedThread.Run(() =>
        {
            using ProbeSite site = c.Device == DeviceBinding.None ? CreateLoopbackSite() : ProbeSite.CreateWithDevices();
            using Prober prober = new(site);
            return new Outcome(c, Prediction.For(c), prober.Probe(c, trace), null);
        });

    /// <summary>Runs something at a loopback site that it has to itself.</summary>
    internal T AtLoopbackSite<T>(Func<ProbeSite, T> action) => DedicatedThread.Run(() =>
    {
        using ProbeSite site = CreateLoopbackSite();
        return action(site);
    });

    private static Outcome NotTried(SemanticCase c, string reason) => new(c, Prediction.For(c), null, Untried.Skipped(reason));

    private string? WhyNot(SemanticCase c)
    {
        if (c.Device != DeviceBinding.None)
        {
            return rights.NoDevices;
        }

        return c.User == SecondUser.Other ? rights.NoOtherUser : null;
    }

    private ProbeSite CreateLoopbackSite() => rights.NoNamespace is null ? ProbeSite.CreatePrivate() : ProbeSite.Shared();
}
