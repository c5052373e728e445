using System.Diagnostics;
using ReuseBench.Bench.Progress;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Micro;

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
    /// <param name="cancel">Ends them.</param>
    /// <returns>Why there are no or not all figures; null where there are.</returns>
    public string? Run(string folder, string runId, CancellationToken cancel)
    {
        string logs = Path.Combine(folder, RunFiles.Logs, "micro");
        int exitCode = Execute(logs, cancel);
        MicroRow[] rows = [.. Tables.Micro.Stream(Path.Combine(logs, "results")).Select(row => row with { RunId = runId })];
        if (rows.Length > 0)
        {
            File.Delete(Path.Combine(folder, Tables.Micro.FileName));
            using CsvTable<MicroRow> table = Tables.Micro.Open(folder);
            table.Append(rows);
        }

        return exitCode == 0 ? null : $"the micro-benchmarks ended with exit code {exitCode}; see {logs}";
    }

    private int Execute(string logs, CancellationToken cancel)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        string[] thoroughly = job == MicroJob.Short ? ["--job", "short", "--iterationTime", "100"] : [];
        foreach (string argument in (string[])[assembly, "--filter", "*", "--artifacts", logs, .. thoroughly])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["REUSEBENCH_PARENT_PID"] = $"{Environment.ProcessId}";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        long begun = Stopwatch.GetTimestamp();

        // It keeps a log of its own; here the pipes only have to be emptied, but for what says how far it is.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (MicroRound.Read(line.Data) is { } round)
            {
                Console.Out.WriteLine(Progress(round, Stopwatch.GetElapsedTime(begun)));
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.WaitForExit(PollMs))
        {
            if (cancel.IsCancellationRequested || Stopwatch.GetElapsedTime(begun) > Limit)
            {
                process.Kill();
            }
        }

        return process.ExitCode;
    }

    /// <summary>What is left is told from the rounds that are over, so of the first nothing is known.</summary>
    private static string Progress(MicroRound round, TimeSpan elapsed) => round.Number == 1
        ? $"micro: round 1 of {round.Rounds}"
        : $"micro: round {round.Number} of {round.Rounds}; {RunClock.Format(elapsed / (round.Number - 1) * (round.Rounds - round.Number + 1))} left";
}
