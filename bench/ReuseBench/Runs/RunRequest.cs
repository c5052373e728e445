using ReuseBench.Bench.Host;
using ReuseBench.Bench.Hosted;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports;

namespace ReuseBench.Bench.Runs;

/// <summary>What <c>run</c> was asked for, before it is held against matrix and host.</summary>
internal sealed record RunRequest
{
    public string? Matrix { get; init; }

    /// <summary>A matrix that the command line itself describes, in place of a named one.</summary>
    public Matrix? Built { get; init; }

    /// <summary>The cells that the command takes from a matrix at all, before <see cref="Filter"/>.</summary>
    public Func<Cell, bool> Only { get; init; } = _ => true;

    public string? Out { get; init; }

    /// <summary>Terms of which all must hold; none keeps every cell.</summary>
    public IReadOnlyList<string> Filter { get; init; } = [];

    /// <summary>Settings that stand for those of the matrix.</summary>
    public IReadOnlyList<SettingOverride> Set { get; init; } = [];

    public int? Repeats { get; init; }

    public Duration? Duration { get; init; }

    /// <summary>In place of the matrix's; <see cref="Core.Units.Duration.Zero"/> for none.</summary>
    public Duration? Budget { get; init; }

    public ulong? Seed { get; init; }

    public string? ServerCpus { get; init; }

    public string? ClientCpus { get; init; }

    public Driver? Driver { get; init; }

    /// <summary>Of every cell that has CPUs, in place of what the matrix says.</summary>
    public NumaPlacement? Numa { get; init; }

    public Isolation Isolation { get; init; }

    public string? Resume { get; init; }

    /// <summary>Path of a hosts file; null where all runs on this machine.</summary>
    public string? Hosts { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Null leaves the micro-benchmarks out.</summary>
    public MicroJob? Micro { get; init; }

    public bool Verbose { get; init; }

    /// <summary>How the result is said.</summary>
    public OutputForm Output { get; init; } = new(IsJson: false, IsQuiet: false);

    /// <summary>Of the report: share by which a cell may be worse than the best and still be as good.</summary>
    public double Margin { get; init; } = Report.DefaultMargin;

    /// <summary>Thresholds beside those of the matrix.</summary>
    public IReadOnlyList<Expectation> Expect { get; init; } = [];

    /// <summary>The grade from which on a repeat ends the run with <see cref="ExitCodes.Threshold"/>; null for none.</summary>
    public Grade? FailOn { get; init; }

    /// <summary>Who is told how it came out, beside the terminal.</summary>
    public OutcomeFiles Outcome { get; init; } = OutcomeFiles.None;

    public string[] Arguments { get; init; } = [];
}

/// <summary>A run, ready to begin: everything is checked, nothing is measured.</summary>
internal sealed record RunOptions
{
    public required string RunId { get; init; }

    public required string Folder { get; init; }

    public required IRunOrigin Origin { get; init; }

    public required Matrix Matrix { get; init; }

    public required RunPlan Plan { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Null for the repeats of the plan.</summary>
    public Duration? Budget { get; init; }

    /// <summary>Share by which two cells may differ and still be as good as each other.</summary>
    public double Margin { get; init; } = Reports.Report.DefaultMargin;

    public required CpuPlans Cpus { get; init; }

    /// <summary>Of the kernel that it runs on.</summary>
    public required KernelTraits Traits { get; init; }

    public required bool Isolate { get; init; }

    public required HostFacts Host { get; init; }

    /// <summary>The hosts that it runs on; null where all runs on this machine.</summary>
    public Lab? Lab { get; init; }

    /// <summary>What <c>doctor</c> says of it, worst first; empty until the run begins.</summary>
    public IReadOnlyList<HostFinding> Doctor { get; init; } = [];

    public required string[] Arguments { get; init; }

    /// <summary>Thresholds that the run is held to.</summary>
    public required IReadOnlyList<Expectation> Expect { get; init; }

    /// <summary>What was left out, one sentence each.</summary>
    public required string[] Skipped { get; init; }

    /// <summary>Where every line goes that server and swarm say on standard error.</summary>
    public required TextWriter Echo { get; init; }

    /// <summary>Null where no cell asks for NBomber.</summary>
    public string? NBomberAssembly { get; init; }
}
