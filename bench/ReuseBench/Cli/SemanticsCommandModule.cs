using System.CommandLine;
using ReuseBench.Bench.Host;
using ReuseBench.Semantics;
using ReuseBench.Semantics.Claims;

namespace ReuseBench.Bench.Cli;

/// <summary><c>semantics</c>: what this kernel really does with the two options.</summary>
internal sealed class SemanticsCommandModule : ICommandModule
{
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("semantics", "tests every claim and every case, and prints what held"),
        ("semantics --list", "the names of all cases"),
        ("semantics --case tcp/same/listening/reuseaddr+reuseaddr", "one case again, with the system calls that it made"),
        ("semantics --explain tcp/same/time-wait/none+reuseaddr", "why that case comes out as it does"),
    ];

    public Command Build()
    {
        Command command = new("semantics", "What this kernel really does with SO_REUSEADDR and SO_REUSEPORT, case by case, against what the rules predict.");
        Option<string?> name = new("--case") { Description = "repeat one case with the system calls it made", HelpName = "NAME" };
        Option<string?> explain = new("--explain") { Description = "say why a case comes out as it does", HelpName = "NAME" };
        Option<bool> list = new("--list") { Description = "names of all cases" };
        Option<bool> slow = new("--slow") { Description = "also wait for a TIME_WAIT to end (a minute)" };
        Option<string?> csv = new("--csv") { Description = "write every row to a file, which is replaced", HelpName = "FILE" };
        Option<int?> join = new("--join") { Hidden = true };
        foreach (Option option in (Option[])[name, explain, list, slow, csv, join])
        {
            command.Add(option);
        }

        command.SetAction(result => SemanticsCommand.Run(
            new SemanticsOptions
            {
                Case = result.GetValue(name),
                Explain = result.GetValue(explain),
                List = result.GetValue(list),
                Pace = result.GetValue(slow) ? Pace.Slow : Pace.Quick,
                Csv = result.GetValue(csv),
                Join = (ushort?)result.GetValue(join),
                Self = SelfExecutable.InRole("semantics"),
            },
            Console.Out));
        return command;
    }
}
