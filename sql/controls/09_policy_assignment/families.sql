-- How many hosts there are of each family of operating systems, NULL where that is not known.
SELECT os_family, count(*) AS hosts FROM compliance_host
GROUP BY os_family
ORDER BY os_family;
