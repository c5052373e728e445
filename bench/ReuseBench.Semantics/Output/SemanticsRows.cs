using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Files;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Semantics.Claims;
using ReuseBench.Semantics.Model;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Output;

/// <summary>The rows of <c>semantics.csv</c>: claims, .NET, cases.</summary>
public static class SemanticsRows
{
    private const string Tried = "tried";

    public static IEnumerable<SemanticsRow> Of(SemanticsResult result, string runId) =>
        [
            .. result.Claims.Select(c => Of(c, runId)),
            .. result.SocketApi.Select(f => Of(f, runId)),
            .. result.Outcomes.Select(o => Of(o, runId)),
        ];

    internal static SemanticsRow Of(Outcome outcome, string runId) => new()
    {
        RunId = runId,
        Kind = "case",
        Name = outcome.Case.Name,
        Status = Status(outcome.Untried),
        Reason = outcome.Untried?.Reason,
        Transport = Names.Of(outcome.Case.Transport),
        Addresses = outcome.Case.Addresses.Name,
        FirstAddress = outcome.Case.Addresses.First.ToString(),
        SecondAddress = outcome.Case.Addresses.Second.ToString(),
        FirstState = Names.Of(outcome.Case.State),
        FirstOptions = Names.Of(outcome.Case.First),
        SecondOptions = Names.Of(outcome.Case.Second),
        User = Names.Of(outcome.Case.User),
        Device = Names.Of(outcome.Case.Device),
        BindPredicted = Predicted(outcome.Prediction.Bind),
        Bind = ObservationText.Result(outcome.Observation?.Bind),
        ListenPredicted = Predicted(outcome.Prediction.Listen),
        Listen = ObservationText.Result(outcome.Observation?.Listen),
        FirstListenPredicted = Predicted(outcome.Prediction.FirstListen),
        FirstListen = ObservationText.Result(outcome.Observation?.FirstListen),
        ReceiversPredicted = Name(outcome.Prediction.Delivery?.Receivers),
        Receivers = Name(outcome.Observation?.Receivers),
        Agrees = outcome.Agrees,
    };

    private static SemanticsRow Of(ClaimResult claim, string runId) => new()
    {
        RunId = runId,
        Kind = "claim",
        Name = claim.Name,
        Status = Status(claim.Untried),
        Reason = claim.Untried?.Reason,
        Sentence = claim.Sentence,
        Source = claim.Source,
        Verdict = Name(claim.Finding?.Verdict),
        Condition = claim.Finding?.Condition,
        Evidence = claim.Finding?.Evidence,
    };

    private static SemanticsRow Of(SocketApiFact fact, string runId) => new()
    {
        RunId = runId,
        Kind = "dotnet",
        Name = fact.Name,
        Status = fact.Failure is null ? Tried : Names.Of(UntriedKind.Failed),
        Reason = fact.Failure,
        Sentence = fact.Calls,
        Reuseaddr = fact.Reuseaddr,
        Reuseport = fact.Reuseport,
        ReuseAddressGetter = fact.ReuseAddressGetter,
    };

    private static string Status(Untried? untried) => untried is null ? Tried : Names.Of(untried.Kind);

    private static string? Predicted(BindRule? rule) => ObservationText.Result(rule?.ExpectedResult);

    private static string? Name<T>(T? value)
        where T : struct, Enum => value is { } known ? Names.Of(known) : null;
}

/// <summary>Writes <c>semantics.csv</c> as a whole: a reader sees the old file or the new one, never half of it.</summary>
internal static class SemanticsFile
{
    /// <summary>Tries what <see cref="Replace"/> will do, before the work is done whose rows would be lost.</summary>
    /// <exception cref="UsageException">It cannot be written there.</exception>
    public static void RequireWritable(string path) => Written(path, unfinished =>
    {
        if (Directory.Exists(path))
        {
            throw new IOException("it is a folder");
        }

        new FileStream(unfinished, FileMode.Create, FileAccess.Write).Dispose();
        File.Delete(unfinished);
    });

    /// <exception cref="UsageException">It cannot be written there.</exception>
    public static void Replace(string path, IEnumerable<SemanticsRow> rows) => Written(path, unfinished =>
    {
        File.Delete(unfinished);
        using (CsvTable<SemanticsRow> table = new(unfinished))
        {
            table.Append(rows);
        }

        File.Move(unfinished, path, overwrite: true);
    });

    private static void Written(string path, Action<string> write)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new UsageException("csv: an empty name; name a file");
        }

        try
        {
            write(WholeFile.DraftOf(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path}: cannot be written ({e.Message}); give a file in a directory that exists and is yours");
        }
    }
}
