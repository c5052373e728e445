using System.Diagnostics;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Host;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;
using ReuseBench.Semantics;

namespace ReuseBench.Bench.Runs;

/// <summary>What a run takes after its cells: the kernel's semantics and the micro-benchmarks.</summary>
/// <param name="options">The run.</param>
/// <param name="log">Gets a line for each thing that takes long.</param>
/// <param name="interruption">Ends it.</param>
internal sealed class FurtherExperiments(RunOptions options, TextWriter log, Interruption interruption)
{
    /// <summary>Time that they took, in seconds; all of it is measuring.</summary>
    public double MeasuredS { get; private set; }

    /// <summary>One line; null where there was none.</summary>
    public string? Problem { get; private set; }

    public void Take(MicroProgram? micro)
    {
        if (options.Matrix.Semantics)
        {
            log.WriteLine("semantics: trying every case on this kernel");

            // Without its file it is taken anew where the run is resumed.
            Timed(() => interruption.Await(
                () => SemanticsExperiment.Run(options.Folder, options.RunId, interruption.Token, SelfExecutable.InRole("semantics")), TimeSpan.Zero));
        }

        if (micro is not null && !interruption.Token.IsCancellationRequested)
        {
            log.WriteLine("micro: timing single operations");
            Timed(() => Problem = micro.Run(options.Folder, options.RunId, log, interruption.Token));
        }
    }

    private void Timed(Action experiment)
    {
        Stopwatch clock = Stopwatch.StartNew();
        experiment();
        MeasuredS += clock.Elapsed.TotalSeconds;
    }
}

/// <summary>How thoroughly the micro-benchmarks are run.</summary>
internal enum MicroJob
{
    /// <summary>One round of three iterations of each case, about two minutes: orders of magnitude.</summary>
    Short,

    /// <summary>Five rounds, about ten minutes: figures to quote, with an interval that holds the machine's own swings.</summary>
    Full,
}

/// <summary>Where the micro-benchmarks come from: they are built when they are first asked for.</summary>
internal sealed class MicroSources
{
    private const string Project = "bench/ReuseBench.Micro/ReuseBench.Micro.csproj";

    private readonly string _project;
    private readonly MicroJob _job;

    private MicroSources(string project, MicroJob job)
    {
        _project = project;
        _job = job;
    }

    /// <exception cref="UsageException">There are no sources that can be trusted.</exception>
    public static MicroSources Find(MicroJob job) => new(SourceTree.Require("with-micro", Project, "leave --with-micro and --micro out"), job);

    /// <param name="log">Says that it takes a while.</param>
    /// <exception cref="UsageException">They cannot be built here.</exception>
    public MicroProgram Build(TextWriter log)
    {
        log.WriteLine("building the micro-benchmarks …");
        BuildOutcome outcome = ProjectBuild.Run(_project);
        return new MicroProgram(
            outcome.TargetPath ?? throw UsageException.OfHost(
                $"with-micro: the micro-benchmarks cannot be built here ({outcome.FirstError}); put that right, or leave --with-micro and "
                + "--micro out"),
            _job);
    }
}

/// <summary>The micro-benchmarks, a program of their own.</summary>
/// <param name="assembly">Full path.</param>
/// <param name="job">How thoroughly they are run.</param>
internal sealed class MicroProgram(string assembly, MicroJob job)
{
    private const int PollMs = 200;

    private static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    /// <summary>Runs them all and takes their rows into the run folder.</summary>
    /// <param name="folder">Of the run; BenchmarkDotNet's own files go to its logs.</param>
    /// <param name="runId">Goes into the rows.</param>
    /// <param name="log">Gets a line a round.</param>
    /// <param name="cancel">Ends them.</param>
    /// <returns>Why there are no or not all figures; null where there are.</returns>
    public string? Run(string folder, string runId, TextWriter log, CancellationToken cancel)
    {
        string logs = Path.Combine(folder, RunFiles.Logs, "micro");
        int exitCode = Execute(logs, log, cancel);
        MicroRow[] rows = [.. Tables.Micro.Stream(Path.Combine(logs, "results")).Select(row => row with { RunId = runId })];
        if (rows.Length > 0)
        {
            File.Delete(Path.Combine(folder, Tables.Micro.FileName));
            using CsvTable<MicroRow> table = Tables.Micro.Open(folder);
            table.Append(rows);
        }

        return exitCode == 0 ? null : $"the micro-benchmarks ended with exit code {exitCode}; see {logs}";
    }

    private int Execute(string logs, TextWriter log, CancellationToken cancel)
    {
        string[] thoroughly = job == MicroJob.Short ? ["--job", "short", "--iterationTime", "100"] : [];
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using Child program = Child.Start(
            "micro",
            [dotnet, assembly, "--filter", "*", "--artifacts", logs, .. thoroughly],
            new RepeatLog(TextWriter.Null),
            ("REUSEBENCH_PARENT_PID", $"{Environment.ProcessId}"));
        long begun = Stopwatch.GetTimestamp();

        // It keeps a log of its own; here the pipes only have to be emptied, but for what says how far it is.
        program.Follow(
            onLine: _ => { },
            onError: line =>
            {
                if (MicroRound.Read(line) is { } round)
                {
                    log.WriteLine(Progress(round, Stopwatch.GetElapsedTime(begun)));
                }
            });
        int? exitCode;
        while ((exitCode = program.TryWaitForExit(TimeSpan.FromMilliseconds(PollMs))) is null)
        {
            if (cancel.IsCancellationRequested || Stopwatch.GetElapsedTime(begun) > Limit)
            {
                program.Kill();
            }
        }

        return exitCode.Value;
    }

    /// <summary>What is left is told from the rounds that are over, so of the first nothing is known.</summary>
    private static string Progress(MicroRound round, TimeSpan elapsed) => round.Number == 1
        ? $"micro: round 1 of {round.Rounds}"
        : $"micro: round {round.Number} of {round.Rounds}; {RunClock.Format(elapsed / (round.Number - 1) * (round.Rounds - round.Number + 1))} left";
}
