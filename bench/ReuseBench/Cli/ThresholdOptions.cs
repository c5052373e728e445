using System.CommandLine;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Bench.Cli;

/// <summary>Who is told how a run came out, beside the terminal: options of every command that ends with a report.</summary>
internal sealed class OutcomeOptions
{
    private readonly Option<string?> _junit = new("--junit")
    {
        Description = "write the thresholds as JUnit XML, which CI servers show as tests: one test case for each --expect and --fail-on",
        HelpName = "FILE",
    };

    private readonly Option<bool> _github = Github();

    public static Option<bool> Github() => new("--github")
    {
        Description = "in GitHub Actions: append summary.md to the summary of the step, and annotate what was missed",
    };

    public void AddTo(Command command)
    {
        command.Add(_junit);
        command.Add(_github);
    }

    /// <summary>Whether any of them stands on the command line; none of them is tried.</summary>
    public bool IsGiven(ParseResult result) => result.GetValue(_junit) is not null || result.GetValue(_github);

    /// <exception cref="UsageException">One of them cannot be written; asked before anything is measured.</exception>
    public OutcomeFiles Read(ParseResult result) => OutcomeFiles.Of(result.GetValue(_junit), result.GetValue(_github));
}

/// <summary>What a user wants to hold: options of every command that measures.</summary>
internal sealed class ThresholdOptions
{
    private readonly Option<string[]> _expect = new("--expect")
    {
        Description = "what must hold, such as 'gap_ms < 50', 'errors = 0' or 'ratio: reuseport/single > 1.1'; may be given several times; exit code 3 "
            + "where it does not",
        HelpName = "THRESHOLD",
    };

    private readonly Option<string?> _failOn = new("--fail-on")
    {
        Description = "end with exit code 3 where a repeat is invalid, or also where one is limited",
        HelpName = "invalid|limited",
    };

    public void AddTo(Command command)
    {
        command.Add(_expect);
        command.Add(_failOn);
    }

    /// <exception cref="UsageException">One cannot be read.</exception>
    public IReadOnlyList<Expectation> Expect(ParseResult result) => [.. (result.GetValue(_expect) ?? []).Select(Expectation.Parse)];

    /// <returns>Null where it is not asked for.</returns>
    /// <exception cref="UsageException">It is none of the two.</exception>
    public Grade? FailOn(ParseResult result) => result.GetValue(_failOn) switch
    {
        null => null,
        { } text when Names.TryParse(text, out Grade grade) && grade != Grade.Ok => grade,
        { } text => throw Names.Unknown("fail-on", text, [Names.Of(Grade.Invalid), Names.Of(Grade.Limited)]),
    };
}
