using System.Collections.Immutable;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Perfolizer.Horology;
using Perfolizer.Mathematics.OutlierDetection;

namespace ReuseBench.Micro;

/// <summary>
/// The benchmarks in rounds, minutes apart. A virtual machine goes slower by a third for seconds and faster again: the iterations of one
/// case follow each other within a second or two and all see the same of it, so their spread says little about how far the next case, or the
/// same one tomorrow, may lie. The rounds do.
/// </summary>
internal sealed class RoundPlan
{
    private const int UsualRounds = 5;

    // A fixed number, so that no lucky streak ends a case early: six iterations of 100 ms in each round are thirty in all. The warm-up fills
    // caches and the kernel's slabs; there is no tiered code to wait for.
    private const int Iterations = 6;
    private const int WarmUps = 2;
    private const int IterationMs = 100;

    private readonly string[] _arguments;
    private readonly bool _hasJob;

    private RoundPlan(string[] arguments, bool hasJob, int rounds)
    {
        _arguments = arguments;
        _hasJob = hasJob;
        Rounds = rounds;
    }

    public int Rounds { get; }

    /// <param name="arguments">BenchmarkDotNet's; a --job among them takes the place of ours.</param>
    /// <param name="rounds">0 for as many as are usual.</param>
    public static RoundPlan For(string[] arguments, int rounds)
    {
        bool hasJob = arguments.Any(argument => argument is "--job" or "-j");
        bool onlyTells = arguments.Any(argument => argument is "--list" or "--help" or "--version" or "--info");
        return new RoundPlan(arguments, hasJob, onlyTells ? 1 : rounds > 0 ? rounds : hasJob ? 1 : UsualRounds);
    }

    /// <summary>Runs one round.</summary>
    /// <param name="round">Its number, from 1.</param>
    /// <param name="artifacts">Folder for what BenchmarkDotNet writes.</param>
    /// <returns>One summary for each class; none where it cannot run.</returns>
    public Summary[] Run(int round, string artifacts)
    {
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddAnalyser([.. DefaultConfig.Instance.GetAnalysers()])
            .AddValidator([.. DefaultConfig.Instance.GetValidators()])
            .AddExporter(MarkdownExporter.GitHub)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithOrderer(new RoundOrderer(round))
            .WithArtifactsPath(artifacts);
        if (!_hasJob)
        {
            config.AddJob(Job.Default
                .WithWarmupCount(WarmUps)
                .WithIterationCount(Iterations)
                .WithIterationTime(TimeInterval.FromMilliseconds(IterationMs))
                .AsDefault());
        }

        // In this process: nothing is generated, restored or built at run time, so it works offline and leaves no projects behind, and what is
        // timed is compiled as in reusebench itself. Each case has a thread of its own, which is what a network namespace belongs to.
        // Outliers stay in: what interrupts a benchmark here interrupts a server as well, and a mean without them would be a better machine's.
        string[] arguments = [.. _arguments, "--inProcess", "--outliers", nameof(OutlierMode.DontRemove)];
        return [.. BenchmarkSwitcher.FromAssembly(typeof(RoundPlan).Assembly).Run(arguments, config)];
    }
}

/// <summary>
/// Another order in each round, the first as declared: the kernel's slabs and the machine's clock are not the same for the first case of a
/// class as for those after it, and a fixed order would make a property of the case out of that.
/// </summary>
/// <param name="round">From 1; the same round has the same order in every run.</param>
internal sealed class RoundOrderer(int round) : DefaultOrderer
{
    public override IEnumerable<BenchmarkCase> GetExecutionOrder(
        ImmutableArray<BenchmarkCase> benchmarkCases, IEnumerable<BenchmarkLogicalGroupRule>? order = null)
    {
        BenchmarkCase[] cases = [.. base.GetExecutionOrder(benchmarkCases, order)];
        if (round > 1)
        {
            new Random(round).Shuffle(cases);
        }

        return cases;
    }
}
