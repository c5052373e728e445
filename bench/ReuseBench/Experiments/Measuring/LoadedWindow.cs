using ReuseBench.Bench.Children;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Experiments.Measuring;

/// <summary>One repeat under load: server up, swarm through its window, server down, counters before and after.</summary>
internal static class LoadedWindow
{
    /// <summary>The ends of a window are moments that are set beforehand: only rounding makes it shorter.</summary>
    private const double LeastShareOfWindow = 0.999;

    /// <param name="context">Of the repeat.</param>
    /// <param name="within">What is done to the server in the window, on the thread that started it; to be over before the window is. Null for nothing.</param>
    /// <exception cref="RepeatFailedException">It did not run to its end.</exception>
    /// <exception cref="RepeatSkippedException">It needs what there is not here.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Measurement Measure(RepeatContext context, Action<IServerUnderTest>? within = null)
    {
        if (context.OtherHosts is { } hosts)
        {
            return hosts.Measure(context);
        }

        RepeatContext placed = context with { Cpus = SharedCpus.For(context.Cell, context.Cpus) };
        return placed.OnOwnThread(() => MeasureHere(placed, within));
    }

    private static Measurement MeasureHere(RepeatContext context, Action<IServerUnderTest>? within)
    {
        CpuPlan used = ReceivingCpus.Steer(context.Cell.Server, context.Cpus, context.Isolated);
        Cell cell = context.Cell with
        {
            Server = context.Cell.Server with { Cpus = used.Server, CountAccepts = ResultRows.CountsAccepts(context.Cell) },
            Load = context.Cell.Load with { Cpus = used.Client, Seed = context.Seed },
        };

        using ServerSide server = new(context.Traits, OccupiedCpus.Of(cell).All)
        {
            Within = within,
            LooksForStanding = cell.Load is { DualStack: true, Workload.IsKeepalive: true },
        };
        return MeasureOn(new LocalSides(context.Children, server), context, cell, used);
    }

    /// <summary>The same wherever server and swarm run.</summary>
    /// <param name="sides">Both, before they are started.</param>
    /// <param name="context">Of the repeat.</param>
    /// <param name="cell">As it is run: with its CPUs.</param>
    /// <param name="used">Which CPUs are whose.</param>
    public static Measurement MeasureOn(ILoadedSides sides, RepeatContext context, Cell cell, CpuPlan used)
    {
        using ISwarm swarm = sides.StartSwarm(cell.LoadOfSwarm);
        using IServerSide server = sides.StartServer(cell.Server);
        LoadDocument document = Load(swarm, server, context);
        ServerHalf half = server.Finish();
        return new Measurement
        {
            Cell = cell,
            Repeat = context.Repeat,
            Cpus = used,
            Isolated = context.Isolated,
            Traits = half.Traits,
            StartedUtc = half.Window.BeganUtc,
            Ready = half.Ready,
            Stats = half.Stats,
            IsCounted = half.IsCounted,
            Swarm = document,
            Window = half.Window,
            Kernel = half.Kernel,
            CpuSpeed = half.CpuSpeed,
            Events = half.Events,

            // A busy host may have let the thread look only when the clients had closed.
            Standing = half.Standing?.ReadNs < document.WindowEndNs ? half.Standing : null,
            Hosts = sides.Hosts,
        };
    }

    private static LoadDocument Load(ISwarm swarm, IServerSide server, RepeatContext context)
    {
        using CancellationTokenRegistration registration = context.Cancel.Register(swarm.Terminate);
        swarm.Aim(server.Ready);
        LoadDocument document = swarm.Follow(signal =>
        {
            server.Mark(signal);
            context.OnSignal(signal);
        });

        context.Cancel.ThrowIfCancellationRequested();
        RequireWhole(context.Cell, document);
        foreach (string warning in document.Warnings)
        {
            context.OnSignal(new LoadSignal { Signal = LoadSignal.Warning, TimeNs = document.WindowEndNs, Text = $"{context.Cell.Id}: {warning}" });
        }

        return document;
    }

    /// <summary>A swarm that is told to end ends its window early, in good order. Where this program did not tell it, what it measured is no repeat.</summary>
    private static void RequireWhole(Cell cell, LoadDocument document)
    {
        double askedS = cell.Load.Duration.Seconds;
        if (cell.Driver == Driver.Native && document.DurationS < askedS * LeastShareOfWindow)
        {
            throw new RepeatFailedException(
                $"the swarm was told to end {document.DurationS:0.###} s into its window of {askedS:0.###} s: somebody else sent it a signal");
        }
    }
}

/// <summary>Everything that one repeat under load brought in, before it becomes rows.</summary>
internal sealed record Measurement
{
    /// <summary>The cell as it was run: with its CPUs.</summary>
    public required Cell Cell { get; init; }

    public required int Repeat { get; init; }

    public required CpuPlan Cpus { get; init; }

    /// <summary>Whether it ran in a network namespace of its own: the kernel's counters are its alone.</summary>
    public required bool Isolated { get; init; }

    public required KernelTraits Traits { get; init; }

    public required DateTime StartedUtc { get; init; }

    public required ServerReady Ready { get; init; }

    public required ServerStats Stats { get; init; }

    /// <summary>Whether <see cref="Stats"/> are counts of the server's own.</summary>
    public bool IsCounted { get; init; } = true;

    public required LoadDocument Swarm { get; init; }

    public required Window Window { get; init; }

    /// <summary>Over the whole life of server and swarm.</summary>
    public required KernelCounts Kernel { get; init; }

    public required IReadOnlyList<ServerEvent> Events { get; init; }

    /// <summary>
    /// By the kernel's table when the window began, where clients of both families keep their connections; null elsewhere, and where the window was over before
    /// it was read.
    /// </summary>
    public StandingConnections? Standing { get; init; }

    /// <summary>Of the slowest of the occupied CPUs before or after the window; null where it was not had.</summary>
    public WorkSpeed? CpuSpeed { get; init; }

    /// <summary>What each host had to do with it; null where all ran on this one.</summary>
    public HostsOfRepeat? Hosts { get; init; }
}
