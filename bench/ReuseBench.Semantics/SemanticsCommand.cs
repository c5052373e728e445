using ReuseBench.Core;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Claims;
using ReuseBench.Semantics.Output;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics;

/// <summary><c>reusebench semantics</c>: what this kernel really does with SO_REUSEADDR and SO_REUSEPORT.</summary>
public static class SemanticsCommand
{
    private const int Ok = 0;
    private const int ProbesFailed = 1;

    /// <returns>
    /// 0; 1 if a probe failed for a reason of its own. A difference between model and kernel is a finding, not a failure.
    /// </returns>
    /// <exception cref="UsageException">An unknown case, or options that exclude each other.</exception>
    public static int Run(SemanticsOptions options, TextWriter output)
    {
        if (options.Join is { } port)
        {
            return GroupMember.Run(port, Console.In, output);
        }

        if (options.Case is not null && options.Explain is not null)
        {
            throw new UsageException("--case and --explain: give one of the two, each with the name of a case");
        }

        IReadOnlyList<SemanticCase> cases = CaseMatrix.Enumerate().Cases;
        if (options.List)
        {
            return List(cases, output);
        }

        if (options.Explain is { } explained)
        {
            output.WriteLine(CaseText.Explain(new CaseNames(cases).Find(explained)));
            return Ok;
        }

        return options.Case is { } traced ? Trace(new CaseNames(cases).Find(traced), output) : TakeAll(options, output);
    }

    private static int List(IReadOnlyList<SemanticCase> cases, TextWriter output)
    {
        foreach (SemanticCase c in cases)
        {
            output.WriteLine(c.Name);
        }

        return Ok;
    }

    private static int Trace(SemanticCase c, TextWriter output)
    {
        CallTrace trace = new();
        Outcome outcome = new MatrixRun(Rights.OfThisProcess()).Trace(c, trace);
        CaseText.WriteTrace(outcome, trace, output);
        return Ok;
    }

    private static int TakeAll(SemanticsOptions options, TextWriter output)
    {
        if (options.Csv is { } file)
        {
            SemanticsFile.RequireWritable(file);
        }

        SemanticsResult result = SemanticsResult.Take(options.Pace, options.Self);
        SummaryText.Write(result, output);
        if (options.Csv is { } path)
        {
            SemanticsFile.Replace(path, SemanticsRows.Of(result, runId: ""));
        }

        return result.HasFailures ? ProbesFailed : Ok;
    }
}
