using ReuseBench.Bench.Fairness;
using ReuseBench.Bench.Planning;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Running;

/// <summary>Runs one repeat of one cell: server up, swarm through its window, server down, counters before and after.</summary>
internal sealed class CellMeasurer(CpuPlan cpus, bool isolate, IReadOnlyDictionary<string, string> sysctls, Func<PlannedRepeat, DriverPlugin?> driverOf)
{
    private readonly KernelTraits _traits = KernelTraits.Read();

    /// <param name="planned">What to measure.</param>
    /// <param name="seed">Seed of the swarm; differs by repeat.</param>
    /// <param name="log">Takes what the processes say.</param>
    /// <param name="onSignal">Called on the measurement's thread for every signal of the swarm.</param>
    /// <param name="cancel">Ends the measurement at once.</param>
    /// <exception cref="RepeatFailedException">It did not run to its end.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Measurement Measure(PlannedRepeat planned, ulong seed, RepeatLog log, Action<LoadSignal> onSignal, CancellationToken cancel) =>
        MeasurementThread.Run(isolate, sysctls, () => MeasureHere(planned, seed, log, onSignal, cancel));

    private Measurement MeasureHere(PlannedRepeat planned, ulong seed, RepeatLog log, Action<LoadSignal> onSignal, CancellationToken cancel)
    {
        CpuPlan used = ReceivingCpus.Steer(planned.Cell.Server, cpus, isolate);
        Cell cell = planned.Cell with
        {
            Server = planned.Cell.Server with { Cpus = used.Server },
            Load = planned.Cell.Load with { Cpus = used.Client, Seed = seed },
        };

        KernelCounts before = KernelCounts.Read();
        using SwarmChild swarm = SwarmChild.Start(cell.Load, driverOf(planned), log);
        using ServerChild server = ServerChild.Start(cell.Server, log);
        (LoadDocument document, Window window) = Load(swarm, server, OccupiedCpus.Of(cell).All, onSignal, cancel);
        ServerStats stats = server.Stop();
        return new Measurement
        {
            Cell = cell,
            Repeat = planned.Repeat,
            Cpus = used,
            Isolated = isolate,
            Traits = _traits,
            StartedUtc = window.BeganUtc,
            Ready = server.Ready,
            Stats = stats,
            Swarm = document,
            Window = window,
            Kernel = KernelCounts.Read() - before,
            Events = server.Page.Events(),
        };
    }

    private static (LoadDocument Document, Window Window) Load(
        SwarmChild swarm, ServerChild server, CpuList watched, Action<LoadSignal> onSignal, CancellationToken cancel)
    {
        WindowSample? begin = null;
        WindowSample? end = null;
        using CancellationTokenRegistration registration = cancel.Register(swarm.Terminate);
        swarm.Aim(server.Ready);
        LoadDocument document = swarm.Follow(signal =>
        {
            if (signal.Signal == LoadSignal.Begin)
            {
                begin = WindowSample.Take(server, watched);
            }
            else if (signal.Signal == LoadSignal.End)
            {
                end = WindowSample.Take(server, watched);
            }

            onSignal(signal);
        });

        cancel.ThrowIfCancellationRequested();
        return begin is not null && end is not null
            ? (document, new Window(begin, end))
            : throw new RepeatFailedException("the swarm did not mark the beginning and the end of its window");
    }
}
