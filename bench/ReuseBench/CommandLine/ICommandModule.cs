using System.CommandLine;

namespace ReuseBench.Bench.CommandLine;

/// <summary>One sub-command: its options, its action and the examples of its help.</summary>
internal interface ICommandModule
{
    /// <summary>Command lines without the program's name, each with what it does.</summary>
    IReadOnlyList<(string Line, string Does)> Examples { get; }

    Command Build();
}
