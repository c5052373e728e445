using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Hosted;
using ReuseBench.Bench.Runs;
using ReuseBench.Cluster;
using ReuseBench.Core;
using ReuseBench.Core.Hosts;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Cli;

/// <summary><c>agent</c>: this host's hands for a run over several machines.</summary>
internal sealed class AgentCommand : ICommandModule
{
    private const string StandardInput = "-";

    private readonly Option<string?> _name = new("--name") { Description = "name of this host, as the hosts file has it", HelpName = "NAME" };

    private readonly Option<string?> _folder = new("--dir")
    {
        Description = "folder with this host's certificate and key, as `cluster init` made it; without it the engine must be on loopback",
        HelpName = "DIR",
    };

    private readonly Option<string?> _credentials = new("--creds") { Description = "- reads them from standard input, and ends with it", HelpName = "-" };

    private readonly Option<string?> _engine = new("--engine")
    {
        Description = $"where nats-server listens [nats://127.0.0.1:{HostsFile.DefaultEnginePort}]",
        HelpName = "URL",
    };

    private readonly Option<string?> _cpus = new("--cpus") { Description = "CPUs that servers and swarms may use here [all]", HelpName = "LIST" };

    private readonly Option<string?> _allow = new("--allow")
    {
        Description = $"roles that it takes [{WorkOrder.Load},{WorkOrder.Serve}]",
        HelpName = "ROLES",
    };

    private readonly Option<double?> _maxRate = NumberOption.Any(
        "--max-rate", "most requests per second of a swarm here; with it there are no closed loops");

    private readonly Option<string?> _targets = new("--allow-targets")
    {
        Description = "networks that a swarm may load, such as 10.0.0.0/24 [any]",
        HelpName = "CIDR",
    };

    private readonly Option<bool> _once = new("--once") { Description = "end when the first run is over" };

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("agent --name b --dir lab/b --engine tls://10.0.0.9:4222", "waits for runs that name the host b"),
        ("agent --name b --dir lab/b --engine tls://10.0.0.9:4222 --allow load --max-rate 50000 --allow-targets 10.0.0.0/24",
            "a swarm only, of open loops up to 50,000 requests/s, against one network"),
    ];

    public Command Build()
    {
        Command command = new("agent", "Waits for runs over several machines (run --hosts) and does what they ask of this host: a server or a swarm, by typed "
            + "settings. Ends what runs where the coordinator is silent for 5 s.");
        foreach (Option option in (Option[])[_name, _folder, _credentials, _engine, _cpus, _allow, _maxRate, _targets, _once])
        {
            command.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult result)
    {
        string name = HostNames.Require(result.GetValue(_name) ?? throw new UsageException("name: say which host this is, as the hosts file has it"), "name");
        AgentLimits limits = Limits(result);
        CpuList cpus = result.GetValue(_cpus) is { } list ? CpuList.Parse(list, "cpus") : CpuList.None;
        UsableCpus.Require(cpus, "cpus");
        string? told = null;
        Credentials? credentials = (result.GetValue(_folder), result.GetValue(_credentials)) switch
        {
            (null, null) => null,
            ({ } folder, null) => Credentials.Read(folder),
            (null, StandardInput) => Credentials.FromJson(
                Console.In.ReadLine() ?? throw new UsageException("creds: standard input ended without a line"), out told),
            (null, { } other) => throw new UsageException($"creds: '{other}' is unknown; use -"),
            _ => throw new UsageException("creds: give --dir or --creds, not both"),
        };
        string engine = result.GetValue(_engine) ?? told ?? $"nats://127.0.0.1:{HostsFile.DefaultEnginePort}";
        _ = HostsFile.ParseEngine(engine, "engine");

        using CancellationTokenSource stop = new();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        FileLimit.RaiseToHard();
        TextWriter log = Console.Error;
        using EngineLink link = EngineLink.Connect(engine, credentials, name);
        using Agent agent = new(name, HostFactsReader.VersionText, link, new HostWork(cpus, log), limits, log);
        if (result.GetValue(_credentials) is not null)
        {
            // The session that started it is gone: so is this.
            _ = Task.Factory.StartNew(() => EndWith(Console.In, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        agent.Run(result.GetValue(_once), stop.Token);
        return ExitCodes.Success;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static void EndWith(TextReader input, CancellationTokenSource stop)
    {
        while (input.ReadLine() is not null)
        {
            // Nothing more is expected.
        }

        stop.Cancel();
    }

    private AgentLimits Limits(ParseResult result)
    {
        string[] known = [WorkOrder.Load, WorkOrder.Serve];
        string[] allowed = result.GetValue(_allow)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? known;
        if (allowed.FirstOrDefault(a => !known.Contains(a)) is { } unknown)
        {
            throw Names.Unknown("allow", unknown, known);
        }

        return new AgentLimits
        {
            Allowed = allowed.Length > 0 ? allowed : throw new UsageException($"allow: names no role; use {string.Join(" or ", known)}, or both"),
            MaxRate = result.GetValue(_maxRate) is double rate
                ? rate > 0 ? rate : throw new UsageException($"max-rate: {rate.ToString(CultureInfo.InvariantCulture)} is out of range; use more than 0")
                : null,
            Targets = [.. (result.GetValue(_targets) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Network)],
        };
    }

    private static IPNetwork Network(string text) => IPNetwork.TryParse(text, out IPNetwork network)
        ? network
        : throw new UsageException($"allow-targets: '{text}' is no network; write 10.0.0.0/24, several separated by commas");
}
