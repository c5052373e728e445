using System.CommandLine;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Bench.Tuning;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Reports;

namespace ReuseBench.Bench.Cli;

/// <summary><c>tune</c>: how many workers?</summary>
internal sealed class TuneCommand : ICommandModule
{
    private const string All = "all";

    private static readonly Variant[] Asked = [Variant.Shared, Variant.Reuseport, Variant.Single];

    private readonly Option<string> _variant = new("--variant")
    {
        Description = $"servers to ask about, separated by commas: {string.Join(", ", Asked.Select(Names.Of))}, {All}",
        HelpName = "VARIANTS",
        DefaultValueFactory = _ => Names.Of(Variant.Reuseport),
    };

    private readonly Option<string> _accept = new("--accept")
    {
        Description = "how the workers of shared wait",
        HelpName = string.Join('|', Names.All<AcceptMode>()),
        DefaultValueFactory = _ => Names.Of(AcceptMode.EpollExclusive),
    };

    private readonly Option<string> _workload = new("--workload")
    {
        Description = "requests on one connection: one, all, or N",
        HelpName = "connect|keepalive|churn:N",
        DefaultValueFactory = _ => "keepalive",
    };

    private readonly Option<string> _serviceTime = new("--service-time")
    {
        Description = "work of each request; as long as that of the server that the answer is for",
        HelpName = "DURATION[:KIND][:SPREAD]",
        DefaultValueFactory = _ => "20us",
    };

    private readonly Option<double?> _rate = NumberOption.Any("--rate", "requests per second; without it the server is saturated");

    private readonly Option<string[]> _slo = new("--slo")
    {
        Description = "what must be held, such as p99<2ms or errors<0.1%; several times for several; without --rate the highest rate that holds it is found",
        HelpName = "OBJECTIVE",
    };

    private readonly Option<string?> _workers = new("--workers", "-w")
    {
        Description = "counts to begin with, such as 1,2,4,8; counts between them are tried where they matter [1, 2, 4 … 2 × CPUs, or 2 × those of "
            + "--server-cpus]",
        HelpName = "LIST",
    };

    private readonly Option<double?> _margin = NumberOption.Share(
        "--margin", "how much less than the best is as good as the best, such as 5% or 0.05 [5%]");

    private readonly Option<string> _budget = new("--budget")
    {
        Description = "wall time for each server",
        HelpName = "DURATION",
        DefaultValueFactory = _ => "170s",
    };

    private readonly Option<string> _duration = new("--duration", "-d")
    {
        Description = "measured window of each repeat",
        HelpName = "DURATION",
        DefaultValueFactory = _ => "1500ms",
    };

    private readonly Option<int?> _threads = NumberOption.Whole("--client-threads", "client threads [one for each client CPU]", "-t");

    private readonly Option<string?> _target = new("--target")
    {
        Description = "a server of somebody else, in place of ours; needs --set-workers",
        HelpName = "HOST:PORT",
    };

    private readonly Option<string?> _setWorkers = new("--set-workers")
    {
        Description = "program and arguments that give the target {workers} workers and restart it; run without a shell",
        HelpName = "COMMAND",
    };

    private readonly Option<string?> _out = new("--out", "-o") { Description = "folder of the run, new or empty [results/<run-id>]", HelpName = "DIR" };

    private readonly Option<ulong?> _seed = NumberOption.Seed("seed of the order and of the swarms [a fresh one each run]");

    private readonly Option<string?> _serverCpus = new("--server-cpus") { Description = "CPUs for the server [half of the physical cores]", HelpName = "LIST" };

    private readonly Option<string?> _clientCpus = new("--client-cpus") { Description = "CPUs for the swarm [the others]", HelpName = "LIST" };

    private readonly OutputOptions _output = new();

    private readonly Option<bool> _dryRun = new("--dry-run", "-n") { Description = "print the question and how long it may take, measure nothing" };

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("tune --variant reuseport --workload connect", "the smallest worker count that is as good as the best at saturation"),
        ("tune --variant all --service-time 100us --budget 2m", "the same for each variant, two minutes each"),
        ("tune --slo 'p99<5ms' --service-time 200us", "for each worker count the highest rate whose p99 stays below 5 ms"),
        ("tune --target 127.0.0.1:8080 --set-workers './set-workers.sh {workers}' --workers 1,2,4,8", "the same of your own server"),
        ("tune --rate 2000 --slo 'p99<5ms' --slo 'errors<0.1%' --service-time 200us", "the smallest count that holds both at 2000 requests per second"),
    ];

    public Command Build()
    {
        Command command = new(
            "tune", "How many workers? Searches, confirms with fresh repeats, and answers with the smallest count that is as good as the best.")
        {
            _variant, _accept, _workload, _serviceTime, _rate, _slo, _workers, _margin, _budget, _duration, _threads, _target, _setWorkers,
            _out, _seed, _serverCpus, _clientCpus,
            _dryRun,
        };
        _output.AddTo(command);
        Completions.AddList(_variant, [.. Asked.Select(Names.Of), All]);
        command.SetAction(Execute);
        return command;
    }

    private int Execute(ParseResult result)
    {
        IReadOnlyList<TuneRequest> questions = Questions(result);
        RunRequest run = new()
        {
            Out = result.GetValue(_out),
            Seed = result.GetValue(_seed),
            ServerCpus = result.GetValue(_serverCpus),
            ClientCpus = result.GetValue(_clientCpus),
            DryRun = result.GetValue(_dryRun),
            Output = _output.Read(result),
            Arguments = [.. result.Tokens.Select(t => t.Value)],
        };
        return (result.GetValue(_target), result.GetValue(_setWorkers)) switch
        {
            (null, null) => TuneJob.Execute(questions, run),
            ({ } target, { } command) => ForeignTune.Execute(ForeignQuestion(result, questions[0]), target, SetWorkersCommand.Parse(command), run),
            _ => throw new UsageException("target: a server of somebody else needs both --target and --set-workers; give both, or neither"),
        };
    }

    /// <exception cref="UsageException">An option was given that only a server of ours has.</exception>
    private TuneRequest ForeignQuestion(ParseResult result, TuneRequest question)
    {
        Option[] ours = [_variant, _accept, _serviceTime, _out, _dryRun];
        return ours.FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } given
            ? throw new UsageException($"{given.Name.TrimStart('-')}: has no effect on a server of somebody else; leave it out with --target")
            : question with { IsForeign = true, Server = new ServerSettings() };
    }

    private IReadOnlyList<TuneRequest> Questions(ParseResult result)
    {
        Duration budget = Duration.Parse(result.GetRequiredValue(_budget), "budget");
        Duration window = Duration.Parse(result.GetRequiredValue(_duration), "duration");
        string? serverCpus = result.GetValue(_serverCpus);
        HostSize host = HostCpus.Read(serverCpus, result.GetValue(_clientCpus)).Size;
        int[] counts = Counts(result.GetValue(_workers)) ?? [.. (serverCpus is null ? host : host.OnServerCpus()).WorkerCounts()];

        // Two rounds of each count are the least that anything follows from.
        double least = 2 * counts.Length * (window.Seconds + 1);
        if (budget.Seconds < least)
        {
            throw new UsageException($"budget: {budget} is too short for two rounds of {counts.Length} worker counts; use {Math.Ceiling(least)}s or more");
        }

        return
        [
            .. Variants(result.GetRequiredValue(_variant)).Select(variant => new TuneRequest
            {
                Server = new ServerSettings
                {
                    Variant = variant,
                    Accept = variant == Variant.Shared ? Names.Parse<AcceptMode>(result.GetRequiredValue(_accept), "accept") : AcceptMode.Epoll,
                    ServiceTime = ServiceTime.Parse(result.GetRequiredValue(_serviceTime), "service-time"),
                },
                Load = new LoadSettings
                {
                    Workload = Workload.Parse(result.GetRequiredValue(_workload), "workload"),
                    Threads = result.GetValue(_threads) ?? Math.Max(1, host.ClientCpus),
                    Warmup = Duration.FromMilliseconds(400),
                    Duration = window,
                },
                Rate = RateOf(result),
                Objectives = [.. (result.GetValue(_slo) ?? []).Select(Objective.Parse)],
                Counts = counts,
                Margin = result.GetValue(_margin) ?? Report.DefaultMargin,
                Budget = budget,
            }),
        ];
    }

    private double? RateOf(ParseResult result) => result.GetValue(_rate) is double rate
        ? rate is > 0 and <= LoadSettings.MaxRate
            ? rate
            : throw new UsageException($"rate: {rate} is out of range; use a number above 0 up to {LoadSettings.MaxRate}")
        : null;

    private static Variant[] Variants(string text) => text == All ? Asked :
    [
        .. text.Split(',', StringSplitOptions.TrimEntries).Select(VariantNamed).Distinct(),
    ];

    private static Variant VariantNamed(string name)
    {
        string[] asked = [.. Asked.Select(Names.Of), All];
        if (!Names.TryParse(name, out Variant known))
        {
            throw Names.Unknown("variant", name, asked);
        }

        return Asked.Contains(known) ? known : throw new UsageException($"variant: {name} cannot be tuned; use one of {string.Join(", ", asked)}");
    }

    private static int[]? Counts(string? text) => text is null ? null :
    [
        .. text.Split(',', StringSplitOptions.TrimEntries).Select(one => int.TryParse(one, out int count) && count is >= 1 and <= ServerSettings.MaxWorkers
            ? count
            : throw new UsageException($"workers: '{one}' is no count; use whole numbers from 1 to {ServerSettings.MaxWorkers}, separated by commas"))
            .Distinct().Order(),
    ];
}
