using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Cli;

/// <summary>The root command: every sub-command is registered here, one line each.</summary>
internal static class CommandTree
{
    private static readonly (string Name, Func<ICommandModule> Create)[] Registered =
    [
        ("run", () => new RunCommand()),
        ("fairness", () => new FairnessCommand()),
        ("serve", () => new ServeCommand()),
        ("load", () => new LoadCommand()),
        ("semantics", () => new SemanticsCommandModule()),
        ("matrix", () => new MatrixCommand()),
        ("report", () => new ReportCommand()),
        ("compare", () => new CompareCommand()),
        ("restart", () => new RestartCommand()),
        ("tune", () => new TuneCommand()),
        ("doctor", () => new DoctorCommand()),
        ("cluster", () => new ClusterCommand()),
        ("agent", () => new AgentCommand()),
        ("completion", () => new CompletionCommand()),
        ("man", () => new ManCommand()),
        ("complete", () => new CompleteCommand()),
        ("activate", () => new ActivateCommand()),
    ];

    /// <summary>What the program does, in a sentence.</summary>
    public const string Description =
        "Measures SO_REUSEADDR and SO_REUSEPORT server variants on this kernel: throughput, latency tails, restart gap, hash fairness.";

    /// <summary>A word that begins with @ is a word: a half-typed line must open no file, and headers and commands may begin so.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>
    /// The tree with the one sub-command that the arguments begin with, or with all where they begin otherwise: building them all takes a
    /// child process longer than the rest of its start.
    /// </summary>
    /// <param name="arguments">As the program was given them.</param>
    public static RootCommand BuildFor(IReadOnlyList<string> arguments)
    {
        (string Name, Func<ICommandModule> Create)[] named = [.. Registered.Where(r => arguments.Count > 0 && r.Name == arguments[0])];
        return Build(named.Length > 0 ? named : Registered);
    }

    /// <summary><c>help</c> and <c>help COMMAND</c>, which everybody tries, as the library has them.</summary>
    public static string[] WithHelp(string[] arguments) =>
        arguments is ["help", .. var rest] ? [.. rest.TakeWhile(a => !a.StartsWith('-')), "--help"] : arguments;

    /// <summary>The library would say that a command is required where the one that was given does not exist.</summary>
    /// <exception cref="UsageException">The arguments begin with no command, or with an unknown one.</exception>
    public static void RequireKnown(IReadOnlyList<string> arguments)
    {
        string? first = arguments.Count > 0 ? arguments[0] : null;
        if (first is null || !(first.StartsWith('-') || Registered.Any(r => r.Name == first)))
        {
            string[] shown = [.. ShownNames()];
            string problem = first is null ? "name a command"
                : Nearest.Of(first, shown) is { } near ? $"unknown command '{TextFromOutside.Clip(first)}'; did you mean '{near}'? There are"
                : $"unknown command '{TextFromOutside.Clip(first)}'; use one";
            throw new UsageException($"{problem}: {string.Join(", ", shown)}; see reusebench --help");
        }
    }

    /// <summary>Names of the commands that help shows.</summary>
    public static IEnumerable<string> ShownNames() => Registered.Select(r => r.Create().Build()).Where(c => !c.Hidden).Select(c => c.Name);

    /// <summary>Every command, in the order of the help.</summary>
    public static IEnumerable<(Command Command, ICommandModule Module)> Modules() => Registered.Select(r => r.Create()).Select(m => (m.Build(), m));

    /// <summary>Every command's examples.</summary>
    public static IEnumerable<string> ExampleLines() => Registered.SelectMany(r => r.Create().Examples).Select(e => e.Line);

    private static RootCommand Build(IEnumerable<(string Name, Func<ICommandModule> Create)> registered)
    {
        RootCommand root = new(Description);
        Dictionary<Command, ICommandModule> byCommand = [];
        foreach ((_, Func<ICommandModule> create) in registered)
        {
            ICommandModule module = create();
            Command command = module.Build();
            byCommand.Add(command, module);
            root.Add(command);
        }

        Completions.AddTo(root);
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
        {
            option.Action = new HelpWithExamples((HelpAction)option.Action!, byCommand);
        }

        return root;
    }
}

/// <summary>One sub-command: its options, its action and the examples of its help.</summary>
internal interface ICommandModule
{
    /// <summary>Command lines without the program's name, each with what it does.</summary>
    IReadOnlyList<(string Line, string Does)> Examples { get; }

    Command Build();
}

/// <summary>The library's help, followed by the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction help, IReadOnlyDictionary<Command, ICommandModule> modules) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (modules.TryGetValue(parseResult.CommandResult.Command, out ICommandModule? module))
        {
            output.WriteLine("Examples:");
            foreach ((string line, string does) in module.Examples)
            {
                output.WriteLine($"  reusebench {line}");
                output.WriteLine($"      {does}");
            }

            output.WriteLine();
        }

        output.WriteLine("Exit codes:");
        foreach ((int code, string meaning) in ExitCodes.All)
        {
            output.WriteLine($"  {code,3}  {meaning}");
        }

        output.WriteLine();
        return ExitCodes.Success;
    }
}
