using System.CommandLine;
using ReuseBench.Bench.Runs;
using ReuseBench.Cluster;
using ReuseBench.Core;
using ReuseBench.Core.Hosts;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Cli;

/// <summary><c>cluster</c>: the keys of a lab of several hosts, and its engine.</summary>
internal sealed class ClusterCommand : ICommandModule
{
    private const string DefaultFolder = "~/.config/reusebench/lab";

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("cluster init --hosts a,b,c --engine 10.0.0.9", "keys for three hosts and the coordinator, and the configuration of the engine at 10.0.0.9"),
        ("cluster serve", "the engine, nats-server with that configuration, until Ctrl-C"),
    ];

    public Command Build() => new("cluster", "Several hosts: makes the keys by which they know each other, and starts the engine that connects them.")
    {
        BuildInit(),
        BuildServe(),
    };

    private static Option<string> FolderOption() => new("--dir")
    {
        Description = "the folder of all keys, readable by its owner alone",
        HelpName = "DIR",
        DefaultValueFactory = _ => DefaultFolder,
    };

    private static Command BuildInit()
    {
        Option<string> folder = FolderOption();
        Option<string> hosts = new("--hosts")
        {
            Description = "names of the hosts, separated by commas; as in the hosts file",
            HelpName = "a,b,c",
            Required = true,
        };
        Option<string?> engine = new("--engine")
        {
            Description = "where the engine listens; without it on 127.0.0.1, which hosts reach through ssh alone",
            HelpName = "HOST[:PORT]",
        };
        Command command = new("init", "Makes keys and certificates for hosts, coordinator and engine, and says what to copy where.") { folder, hosts, engine };
        command.SetAction(result =>
        {
            string[] names = result.GetRequiredValue(hosts).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            string dir = FullPath(result.GetValue(folder)!);
            (string? named, int port) = result.GetValue(engine) is { } text ? ParseEngine(text) : (null, HostsFile.DefaultEnginePort);
            LabKeys.Create(dir, names, named is null ? [] : [named], port);
            Describe(Console.Out, dir, names, named, port);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command BuildServe()
    {
        Option<string> folder = FolderOption();
        Command command = new("serve", "Becomes nats-server (PATH, /usr/sbin) with the configuration that cluster init made.") { folder };
        command.SetAction(result =>
        {
            string dir = FullPath(result.GetValue(folder)!);
            string config = Path.Combine(dir, LabKeys.ConfigFile);
            if (!File.Exists(config))
            {
                throw new UsageException($"dir: {config} is not there; make it by reusebench cluster init --dir {dir} --hosts a,b");
            }

            string program = EngineProgram.Require();
            if (EngineProgram.Advice(EngineProgram.VersionOf(program)) is { } advice)
            {
                Console.Error.WriteLine($"reusebench: {advice}");
            }

            // The paths of the configuration are relative to its folder.
            Environment.CurrentDirectory = dir;
            Console.Out.Flush();
            ProgramExecution.Become([program, "-c", LabKeys.ConfigFile]);
            return ExitCodes.Failure;
        });
        return command;
    }

    private static void Describe(TextWriter output, string dir, string[] names, string? engine, int port)
    {
        string url = $"tls://{(engine is null ? "127.0.0.1" : engine.Contains(':', StringComparison.Ordinal) ? $"[{engine}]" : engine)}:{port}";
        output.WriteLine($"Keys are in {dir}, for its owner alone. Start the engine on this host:");
        output.WriteLine($"  reusebench cluster serve --dir {dir}");
        output.WriteLine();
        output.WriteLine("Copy to each host its own folder and no other, and start its agent there:");
        foreach (string name in names)
        {
            output.WriteLine($"  {name}:  scp -rp {Path.Combine(dir, name)} {name}:lab-keys");
            output.WriteLine($"  {new string(' ', name.Length)}   reusebench agent --name {name} --dir lab-keys --engine {url}");
        }

        output.WriteLine();
        output.WriteLine("In the hosts file of a run on this host:");
        output.WriteLine($"  engine: {url}");
        output.WriteLine($"  credentials: {Path.Combine(dir, LabKeys.Coordinator)}");
        output.WriteLine("  launch: agents");
        if (engine is null)
        {
            output.WriteLine();
            output.WriteLine("The engine listens on 127.0.0.1 alone: other hosts reach it through ssh -R, or make the keys with --engine ADDRESS.");
        }
    }

    private static (string Name, int Port) ParseEngine(string text)
    {
        (string? url, int port) = HostsFile.ParseEngine($"tls://{text}", "engine");
        return (new Uri(url!).Host.Trim('[', ']'), port);
    }

    private static string FullPath(string path) => Path.GetFullPath(
        path.StartsWith("~/", StringComparison.Ordinal) ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..] : path);
}
