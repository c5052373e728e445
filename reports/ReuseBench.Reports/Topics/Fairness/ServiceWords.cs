using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>What a request costs and where its packets are received, for titles: what tells fairness cells of the same load apart.</summary>
internal static class ServiceWords
{
    /// <summary>After a load, such as <c>, 1 ms of CPU each on average (exponential)</c>; nothing for small requests.</summary>
    public static string After(Conditions conditions) => Service(conditions) + (conditions.Cell.Server.RxCpuMatch ? ", receiving CPU steered" : "");

    /// <summary>A constant service time is what is said; of any other only its mean is.</summary>
    private static string Service(Conditions conditions) => conditions.ServiceTimeUs <= 0
        ? ""
        : $", {Quantity.Microseconds.Tick(conditions.ServiceTimeUs)} of CPU each{(conditions.Cell.Server.ServiceTime.Exponential ? " on average (exponential)" : "")}";
}
