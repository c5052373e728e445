using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
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
    /// <summary>Its name.</summary>
    public const string Role = "load";

    /// <summary>The option that names the target.</summary>
    public const string TargetOption = "--target";

    private const string Json = "json";
    private const string Attempts = "attempts";
    private const string DriverFile = "driver-assembly";
    private const string DriverReports = "driver-reports";

    private static readonly Lazy<SettingOptions> ByOption = new(() => new SettingOptions(CellSettings.OfLoad));

    private readonly ThresholdOptions _thresholds = new();

    private readonly OutputOptions _output = new();

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("load http://127.0.0.1:8080/ -c 64", "closed loop on 64 persistent connections for 10 s"),
        ("load --target 127.0.0.1:8080 --workload connect --sources 127.0.0.2-127.0.0.33 --source-plan random",
            "a connection for each request, from chosen addresses and ports"),
        ("load --target localhost:8080 --rate 5000 --arrivals poisson --json", "open loop at 5000 requests/s, result as JSON"),
        ("load --target 127.0.0.1:8080 --rate 1000 --expect 'latency_p99_us < 2ms' --expect 'errors = 0'", "ends with 3 where that is not kept"),
        ("load --target 127.0.0.1:80 --worker-header \"\" --path /index.html", "a server that names no worker"),
    ];

    private static SettingOptions Settings => ByOption.Value;

    public Command Build()
    {
        Command command = new(
            Role,
            "One swarm against any HTTP/1.1 server. The result goes to standard output; progress to standard error: a live line on a terminal, "
            + "JSON lines with --json.");
        Argument<string?> place = Positional.Of("target", "HOST:PORT|URL", "the server, such as 127.0.0.1:8080 or http://127.0.0.1:8080/path");
        Option<string?> target = new(TargetOption)
        {
            Description = "the same as an option; IPv6 as [::1]:8080; - reads it from standard input",
            HelpName = "HOST:PORT",
        };
        command.Add(place);
        command.Add(target);
        Settings.AddTo(command);
        _thresholds.AddTo(command);
        _output.AddTo(command);
        command.SetAction(result =>
        {
            Cell cell = Settings.Read(result);
            cell.Load.Validate();
            Settings.RequireEffects(result, cell);
            UsableCpus.Require(cell.Load.Cpus, "cpus");
            LoadSettings settings = cell.Load;
            (string given, string? path) = TargetArgument.Read(result.GetValue(place), result.GetValue(target));
            if (path is not null)
            {
                settings = settings.Path == new LoadSettings().Path
                    ? settings with { Path = path }
                    : throw new UsageException("path: is named twice, in the target and by --path; name it once");
            }

            return RunForReader(settings, given, _output.Read(result), LoadThresholds.Required(_thresholds.Expect(result)), _thresholds.FailOn(result));
        });
        return command;
    }

    /// <summary>Runs the role for a parent that started it, without the tree of commands.</summary>
    /// <param name="arguments">Behind the role.</param>
    /// <returns>The exit code; null where no parent wrote the arguments.</returns>
    public static int? TryRunAsChild(ReadOnlySpan<string> arguments)
    {
        string targetOption = TargetOption[2..];
        if (ChildArguments.TryRead(arguments, CellSettings.OfLoad, [targetOption, DriverFile, DriverReports], [Json, Attempts]) is not { } given
            || given.Text(targetOption) is not { } target)
        {
            return null;
        }

        return RunAsChild(
            given.Read(CellSettings.OfLoad).Load with { RecordAttempts = given.Has(Attempts) },
            target,
            given.Parent,
            given.Text(DriverFile) is { } assembly ? new DriverPlugin(assembly, given.Text(DriverReports)) : null);
    }

    /// <summary>The runner watches the host and judges for itself, and ends a swarm where it has seen enough.</summary>
    private static int RunAsChild(LoadSettings settings, string target, int parentPid, DriverPlugin? driver)
    {
        settings.Validate();
        TextWriter output = Console.Out;
        LoadDocument document = Run(parentPid, () => { }, stop =>
        {
            (string text, SwarmStart start) = Aim(target, stop);
            return driver is not null
                ? RunDriver(driver, settings, text, start, stop)
                : Load.Run(settings, text, new JsonLineSignals(Console.Error), stop, start);
        });
        output.WriteLine(Load.ToJson(document));
        return ExitCodes.Success;
    }

    private static int RunForReader(
        LoadSettings settings, string target, OutputForm form, IReadOnlyList<Expectation> expectations, Grade? failOn)
    {
        settings.Validate();
        TextWriter output = Console.Out;
        bool interrupted = false;
        HostSight? host = null;
        LoadDocument document = Run(null, () => interrupted = true, stop =>
        {
            (string text, SwarmStart start) = Aim(target, stop);
            Target resolved = Target.Resolve(text, settings);
            return RunWatched(settings, resolved, start, LoadProgress.For(Console.Error, form, settings), stop, out host);
        });
        ResultRow row = LoadRow.Of(settings, document, host);
        if (form.IsJson)
        {
            output.WriteLine(Load.ToJson(document with { Verdict = Names.Of(row.Grade), VerdictReasons = row.Verdict.Codes }));
        }
        else
        {
            LoadSummary.Print(document, row.Verdict, output);
        }

        return Report(LoadThresholds.Held(
            LoadOutcome.Of(document, row, settings.Duration.Seconds, Volatile.Read(ref interrupted)), expectations, failOn, row,
            form.IsJson ? Console.Error : output));
    }

    private static (string Target, SwarmStart Start) Aim(string target, CancellationToken stop) =>
        target == TargetLine.Name ? TargetLine.Parse(TargetLine.Read(Console.In, stop)) : (target, default);

    private static LoadDocument RunWatched(
        LoadSettings settings, Target target, SwarmStart start, ILoadSignals progress, CancellationToken stop, out HostSight host)
    {
        LoadWatch watch = new(settings, progress);
        try
        {
            LoadDocument document = Load.Run(settings, target, watch, stop, start);
            host = watch.End(document, LoadWatch.IsLocal(target.Address.ToAddress()));
            return document;
        }
        finally
        {
            // What went wrong is said on a line of its own.
            (progress as IDisposable)?.Dispose();
        }
    }

    private static int Report(LoadOutcome outcome)
    {
        if (outcome.Reason is { } reason)
        {
            Console.Error.WriteLine($"reusebench: {reason}");
        }

        return outcome.ExitCode;
    }

    private static LoadDocument RunDriver(DriverPlugin driver, LoadSettings settings, string target, SwarmStart start, CancellationToken stop)
    {
        if (start.EpochNs is not null)
        {
            throw new UsageException("epoch: a driver of another kind begins when it is ready; name the target alone, or use --driver native");
        }

        // Standard output is the document's alone, whatever the driver likes to print.
        Console.SetOut(TextWriter.Null);
        PinProcess(settings.Cpus);
        return DriverAssembly.Load(driver.Assembly)
            .Run(settings, Target.Resolve(target, settings.Sources), new JsonLineSignals(Console.Error), driver.Reports, stop);
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
            ChildProcess.DieWithParentOrNow(parent);
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
        if (arguments is [LoadCommand.Role, LoadCommand.TargetOption, Name, ..])
        {
            _ = Load.Prepare();
        }
    }

    /// <summary>
    /// What the line says: <c>HOST:PORT</c>, where the swarm is to begin at a moment behind it CLOCK_MONOTONIC of this host in nanoseconds, and behind that
    /// by how many nanoseconds later the schedule begins.
    /// </summary>
    /// <exception cref="UsageException">It is of another form.</exception>
    public static (string Target, SwarmStart Start) Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long epochNs = 0;
        long laterNs = 0;
        bool isTold = words.Length is 2 or 3;
        return words.Length is 1 || (isTold && IsTime(words[1], out epochNs) && (words.Length == 2 || IsTime(words[2], out laterNs)))
            ? (words[0], isTold ? new SwarmStart(epochNs, laterNs) : default)
            : throw new UsageException(
                $"target: '{TextFromOutside.Clip(line)}' is no line for --target -; write HOST:PORT, HOST:PORT EPOCH_NS or HOST:PORT EPOCH_NS LATER_NS");

        static bool IsTime(string word, out long ns) => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ns);
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
