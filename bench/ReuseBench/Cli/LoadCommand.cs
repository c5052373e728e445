using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen;
using ReuseBench.LoadGen.Drivers;

namespace ReuseBench.Bench.Cli;

/// <summary><c>load</c>: one swarm against any HTTP/1.1 server.</summary>
internal sealed class LoadCommand : ICommandModule
{
    private static readonly SettingOptions Settings = new(CellSettings.OfLoad);

    private readonly ThresholdOptions _thresholds = new();

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("load --target 127.0.0.1:8080 --connections 64", "closed loop on 64 persistent connections for 10 s"),
        ("load --target 127.0.0.1:8080 --workload connect --sources 127.0.0.2-127.0.0.33 --source-plan random",
            "a connection for each request, from chosen addresses and ports"),
        ("load --target localhost:8080 --rate 5000 --arrivals poisson --json", "open loop at 5000 requests/s, result as JSON"),
        ("load --target 127.0.0.1:8080 --rate 1000 --expect 'latency_p99_us < 2ms' --expect 'errors = 0'", "ends with 3 where that is not kept"),
        ("load --target 127.0.0.1:80 --worker-header \"\" --path /index.html", "a server that names no worker"),
    ];

    public Command Build()
    {
        Command command = new(
            "load",
            "One swarm against any HTTP/1.1 server. Progress on standard error (JSON lines, but for a terminal without --json), the result on "
            + "standard output.");
        Option<string> target = new("--target")
        {
            Description = "HOST:PORT; IPv6 as [::1]:8080; - reads it from standard input",
            HelpName = "HOST:PORT",
            Required = true,
        };
        Option<bool> json = new("--json") { Description = "print the whole result as one JSON document" };
        Option<int?> parent = new("--parent-pid") { Hidden = true };
        Option<bool> attempts = new("--attempts") { Hidden = true };
        command.Add(attempts);
        Option<string?> driver = new("--driver-assembly") { Hidden = true };
        Option<string?> driverReports = new("--driver-reports") { Hidden = true };
        command.Add(target);
        Settings.AddTo(command);
        _thresholds.AddTo(command);
        command.Add(json);
        command.Add(parent);
        command.Add(driver);
        command.Add(driverReports);
        command.SetAction(result =>
        {
            Cell cell = Settings.Read(result);
            LoadSettings settings = cell.Load with { RecordAttempts = result.GetValue(attempts) };
            settings.Validate();
            if (result.GetValue(parent) is null)
            {
                Settings.RequireEffects(result, cell);
                UsableCpus.Require(settings.Cpus, "cpus");
            }

            IReadOnlyList<Expectation> expectations = LoadThresholds.Required(_thresholds.Expect(result));
            Grade? failOn = _thresholds.FailOn(result);
            TextWriter output = Console.Out;
            bool isChild = result.GetValue(parent) is not null;
            bool interrupted = false;
            HostSight? host = null;
            LoadDocument document = Run(result.GetValue(parent), () => interrupted = true, stop =>
            {
                string text = result.GetRequiredValue(target) is var given && given == TargetLine.Name ? TargetLine.Read(Console.In, stop) : given;
                if (result.GetValue(driver) is { } assembly)
                {
                    return RunDriver(assembly, settings, text, result.GetValue(driverReports), stop);
                }

                ILoadSignals progress = LoadProgress.For(Console.Error, isForPrograms: result.GetValue(json));
                // The runner watches the host and judges for itself, and ends a swarm where it has seen enough.
                return isChild
                    ? Load.Run(settings, text, progress, stop)
                    : RunWatched(settings, Target.Resolve(text, settings.Sources), progress, stop, out host);
            });
            if (isChild)
            {
                output.WriteLine(Load.ToJson(document));
                return ExitCodes.Success;
            }

            ResultRow row = LoadRow.Of(settings, document, host);
            if (result.GetValue(json))
            {
                output.WriteLine(Load.ToJson(document with { Verdict = Names.Of(row.Grade), VerdictReasons = row.Verdict.Codes }));
            }
            else
            {
                LoadSummary.Print(document, row.Verdict, output);
            }

            TextWriter words = result.GetValue(json) ? Console.Error : output;
            return Report(LoadThresholds.Held(
                LoadOutcome.Of(document, row, settings.Duration.Seconds, Volatile.Read(ref interrupted)), expectations, failOn, row, words));
        });
        return command;
    }

    private static LoadDocument RunWatched(
        LoadSettings settings, Target target, ILoadSignals progress, CancellationToken stop, out HostSight host)
    {
        LoadWatch watch = new(settings, progress);
        LoadDocument document = Load.Run(settings, target, watch, stop);
        host = watch.End(document, LoadWatch.IsLocal(target.Address.ToAddress()));
        return document;
    }

    private static int Report(LoadOutcome outcome)
    {
        if (outcome.Reason is { } reason)
        {
            Console.Error.WriteLine($"reusebench: {reason}");
        }

        return outcome.ExitCode;
    }

    private static LoadDocument RunDriver(string assembly, LoadSettings settings, string target, string? reportFolder, CancellationToken stop)
    {
        // Standard output is the document's alone, whatever the driver likes to print.
        Console.SetOut(TextWriter.Null);
        PinProcess(settings.Cpus);
        return DriverAssembly.Load(assembly)
            .Run(settings, Target.Resolve(target, settings.Sources), new JsonLineSignals(Console.Error), reportFolder, stop);
    }

    /// <summary>Every thread there is; those that they start stay where they are.</summary>
    private static void PinProcess(CpuList cpus)
    {
        if (cpus.IsEmpty)
        {
            return;
        }

        foreach (string thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            CpuAffinity.SetThread(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), [.. cpus.Cpus]);
        }
    }

    private static LoadDocument Run(int? parentPid, Action interrupted, Func<CancellationToken, LoadDocument> load)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOnSignal);
        using PosixSignalRegistration? interrupt = parentPid is null ? PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOnSignal) : null;
        if (parentPid is int parent)
        {
            // A Ctrl-C at the terminal reaches the whole group; the parent decides what it means.
            ChildProcess.BeginSession();
            ChildProcess.IgnoreInterrupt();
            ChildProcess.DieWithParent(parent);
        }

        FileLimit.RaiseToHard();
        return load(stop.Token);

        void StopOnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted();
            stop.Cancel();
        }
    }
}

/// <summary>A target that is not known yet when <c>load</c> starts: it comes as the first line of standard input, when there is a server.</summary>
internal static class TargetLine
{
    /// <summary>What the option says then.</summary>
    public const string Name = "-";

    /// <summary>
    /// Begins to get the swarm ready before the command line is read, where it is the runner's: its start is what a repeat waits for, and half of
    /// it is compilation, which another CPU can do.
    /// </summary>
    /// <param name="arguments">As the program was given them.</param>
    public static void Foresee(IReadOnlyList<string> arguments)
    {
        if (arguments is ["load", "--target", Name, ..])
        {
            _ = Load.Prepare();
        }
    }

    /// <summary>Uses the wait to get the swarm ready.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="UsageException">No line came.</exception>
    public static string Read(TextReader input, CancellationToken stop)
    {
        Task<string?> line = input.ReadLineAsync(CancellationToken.None).AsTask();
        Load.Prepare().GetAwaiter().GetResult();
        try
        {
            line.Wait(stop);
        }
        catch (OperationCanceledException)
        {
            throw new UsageException("target: stopped before standard input named one");
        }

        return line.Result?.Trim() ?? throw new UsageException("target: - reads it from standard input, which ended without a line; write HOST:PORT to it");
    }
}
