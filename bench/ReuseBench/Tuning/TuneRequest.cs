using ReuseBench.Bench.Matrices;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tuning;

/// <summary>What <c>tune</c> was asked.</summary>
internal sealed record TuneRequest
{
    /// <summary>Most connections of an open loop, where it is not its connections that are to limit it.</summary>
    private const int OpenConnections = 1024;

    /// <summary>How the server listens; its worker count is what is looked for.</summary>
    public required ServerSettings Server { get; init; }

    /// <summary>Workload, window and threads of the load.</summary>
    public required LoadSettings Load { get; init; }

    /// <summary>Requests per second; null at saturation.</summary>
    public double? Rate { get; init; }

    /// <summary>What must be held; empty for none.</summary>
    public IReadOnlyList<Objective> Objectives { get; init; } = [];

    /// <summary>The counts to begin with, ascending, at least one.</summary>
    public IReadOnlyList<int> Counts { get; init; } = [];

    public double Margin { get; init; } = Reports.Report.DefaultMargin;

    /// <summary>Wall time for one server.</summary>
    public Duration Budget { get; init; } = Duration.FromSeconds(170);

    /// <summary>Whether the server is somebody else's: of <see cref="Server"/> only the worker count means anything then.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Whether the larger figure is the better one: all but a latency at a rate.</summary>
    public bool IsHigherBetter => Rate is null || Objectives.Count > 0;

    /// <summary>The question in one line.</summary>
    public string Question => $"{Names.Of(Server.Variant)}, {Load.Workload}, {(Rate is double rate ? $"{rate} requests/s" : "at saturation")}";

    /// <summary>The server with so many workers under a load that leaves none of them idle.</summary>
    public Cell Closed(int workers) => Settled(Cell.Blank with
    {
        Experiment = Experiment.Throughput,
        Server = Server with { Workers = workers },
        Load = Load with { ConnectionsPerWorker = Math.Max(LoadSettings.EnoughForEachWorker, (Load.Threads + workers - 1) / workers) },
    });

    /// <summary>The same at a rate.</summary>
    public Cell Open(int workers, double rate) => Settled(Cell.Blank with
    {
        Experiment = Experiment.Latency,
        Server = Server with { Workers = workers },
        Load = Load with { Rate = Math.Max(1, Math.Round(rate)), Arrivals = Arrivals.Poisson, Connections = OpenConnections },
    });

    private static Cell Settled(Cell cell)
    {
        Cell settled = CellRules.Settle(cell);
        CellRules.Require(settled);
        return settled;
    }
}
